using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Faults;

/// <summary>Clients that ask for too much, or for nothing: the others are answered.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class OverloadTests(FaultSystem system)
{
    private const int Idle = 10_000;

    [Fact]
    public async Task Idle_connections_and_those_that_never_finish_a_header_keep_nobody_from_being_served()
    {
        using var client = await system.ClientAsync();
        var api = client.BaseAddress!;
        var slow = new List<Socket>();
        var idle = new List<Socket>();
        try
        {
            for (var n = 0; n < Idle; n++) idle.Add(await ConnectAsync(api));
            for (var n = 0; n < 200; n++)
            {
                slow.Add(await ConnectAsync(api));
                await slow[^1].SendAsync(Encoding.ASCII.GetBytes($"GET {ApiClient.Opportunities} HTTP/1.1\r\nHost: slow\r\nX-Slow: "));
            }

            // As long as the server lets them, and other clients' requests all the while.
            var open = slow.Count;
            await Eventually.TrueAsync(async () =>
            {
                using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
                Assert.Equal(HttpStatusCode.Created, created.StatusCode);
                await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1");
                foreach (var socket in slow.Where(socket => socket.Connected).ToList())
                {
                    try
                    {
                        if (!socket.Poll(0, SelectMode.SelectRead)) await socket.SendAsync("x"u8.ToArray());
                        else if (await socket.ReceiveAsync(new byte[4096]) == 0) socket.Dispose();
                    }
                    catch (SocketException)
                    {
                        socket.Dispose();
                    }
                }

                return slow.TrueForAll(socket => !socket.Connected);
            }, TimeSpan.FromSeconds(60));
            Assert.Equal(200, open);
        }
        finally
        {
            foreach (var socket in slow.Concat(idle)) socket.Dispose();
        }
    }

    [Fact]
    public async Task Oversized_requests_are_refused_and_others_served_meanwhile()
    {
        using var client = await system.ClientAsync();
        (HttpStatusCode Expected, Func<Task<HttpResponseMessage>> Send)[] attacks =
        [
            (HttpStatusCode.RequestHeaderFieldsTooLarge, () => client.SendAsync(HttpMethod.Get, ApiClient.Opportunities, headers: ("X-Large", new string('x', 100_000)))),
            (HttpStatusCode.RequestUriTooLong, () => client.GetAsync($"{ApiClient.Opportunities}?q={new string('x', 20_000)}")),
            (HttpStatusCode.BadRequest, () => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))),
            (HttpStatusCode.BadRequest, () => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, new string('[', 1_000_000))),
            (HttpStatusCode.RequestEntityTooLarge, () => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, $"\"{new string('x', (1 << 20) + 1)}\"")),
        ];
        using var done = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            var served = 0;
            while (!done.IsCancellationRequested)
            {
                await client.CreateAsync();
                served++;
            }

            return served;
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
        {
            var (expected, send) = attacks[n % attacks.Length];
            try
            {
                using var response = await send();
                Assert.Equal(expected, response.StatusCode);
            }
            // The server may hang up while it is still being talked to.
            catch (HttpRequestException) when (expected is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestHeaderFieldsTooLarge)
            {
            }
        });
        await done.CancelAsync();
        Assert.NotEqual(0, await others);
    }

    [Fact]
    public async Task Above_the_limit_of_all_requests_wait_in_a_short_queue_and_the_rest_is_429()
    {
        await using var api = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["RateLimits__Concurrent"] = "4", ["RateLimits__Queue"] = "4" });
        await WhileReadsHangAsync(api.BaseAddress, async send =>
        {
            var requests = Enumerable.Range(0, 20).Select(send).ToList();
            await Eventually.TrueAsync(() => requests.Count(request => request.IsCompleted) == 12);
            using var client = new HttpClient();
            using var health = await client.GetAsync(new Uri(api.BaseAddress, "/health"));
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            return requests;
        }, rejected: 12);
    }

    [Fact]
    public async Task Above_its_own_limit_a_caller_is_429_and_leaves_room_for_others()
    {
        await using var api = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["RateLimits__ConcurrentPerCaller"] = "4" });
        await WhileReadsHangAsync(api.BaseAddress, async send =>
        {
            var requests = Enumerable.Range(0, 20).Select(send).ToList();
            await Eventually.TrueAsync(() => requests.Count(request => request.IsCompleted) == 16);
            // Somebody without a token is another caller.
            using var client = new HttpClient();
            using var refused = await client.GetAsync(new Uri(api.BaseAddress, ApiClient.Opportunities));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            return requests;
        }, rejected: 16);
    }

    /// <summary>Has requests made while the table is locked; then those that were not rejected must succeed.</summary>
    private async Task WhileReadsHangAsync(Uri api, Func<Func<int, Task<HttpResponseMessage>>, Task<List<Task<HttpResponseMessage>>>> act, int rejected)
    {
        using var client = new HttpClient { BaseAddress = api };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await system.TokenAsync("dev-all"));
        await using var blocker = new NpgsqlConnection($"{system.Local.ConnectionString};Pooling=false");
        await blocker.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE opportunities IN ACCESS EXCLUSIVE MODE", blocker);
        await hold.ExecuteNonQueryAsync();
        List<Task<HttpResponseMessage>> requests;
        try
        {
            // Words that nobody has looked for: another test's answers are in the cache.
            var word = $"{Guid.NewGuid():N}";
            requests = await act(n => client.GetAsync($"{ApiClient.Opportunities}?q={word}%20{n}"));
        }
        finally
        {
            await using var release = new NpgsqlCommand("ROLLBACK", blocker);
            await release.ExecuteNonQueryAsync();
        }

        var answers = await Task.WhenAll(requests);
        Assert.Equal(rejected, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.All(answers, answer =>
        {
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) Assert.NotNull(answer.Headers.RetryAfter);
            else Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
    }

    private static async Task<Socket> ConnectAsync(Uri api)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, api.Port);
        return socket;
    }
}
