using System.Net;
using System.Net.Http.Headers;
using Npgsql;
using Opportunities.SystemTests.Api;

namespace Opportunities.SystemTests.Faults;

/// <summary>Clients that ask for too much: the others are answered.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class OverloadTests(FaultSystem system)
{
    [Fact]
    public async Task Oversized_requests_are_refused_and_others_served_meanwhile()
    {
        using var client = await system.ClientAsync();
        (HttpStatusCode Expected, Func<Task<HttpResponseMessage>> Send)[] attacks =
        [
            (HttpStatusCode.RequestHeaderFieldsTooLarge,
                () => client.SendAsync(HttpMethod.Get, ApiClient.Opportunities, headers: ("X-Large", new string('x', 100_000)))),
            (HttpStatusCode.RequestUriTooLong, () => client.GetAsync($"{ApiClient.Opportunities}?q={new string('x', 20_000)}")),
            (HttpStatusCode.BadRequest,
                () => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))),
            (HttpStatusCode.BadRequest, () => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, new string('[', 1_000_000))),
            (HttpStatusCode.RequestEntityTooLarge,
                () => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, $"\"{new string('x', (1 << 20) + 1)}\"")),
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
            catch (HttpRequestException)
                when (expected is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestHeaderFieldsTooLarge)
            {
            }
        });
        await done.CancelAsync();
        Assert.NotEqual(0, await others);
    }

    [Fact]
    public async Task Above_the_limit_of_all_requests_wait_in_a_short_queue_and_the_rest_is_429()
    {
        await using var api = await system.Local.StartAnotherApiAsync(
            new Dictionary<string, string?>(system.Local.Patient()) { ["RateLimits__Concurrent"] = "4", ["RateLimits__Queue"] = "4" });
        await WhileReadsHangAsync(api.BaseAddress, async send =>
        {
            var requests = Enumerable.Range(0, 20).Select(send).ToList();
            await Eventually.TrueAsync(() => requests.Count(request => request.IsCompleted) == 12);
            using var client = new HttpClient();
            await Eventually.TrueAsync(async () =>
            {
                using var health = await client.GetAsync(new Uri(api.BaseAddress, "/health"));
                return health.StatusCode == HttpStatusCode.OK;
            });
            return requests;
        }, rejected: 12);
    }

    [Fact]
    public async Task Above_its_own_limit_a_caller_is_429_and_leaves_room_for_others()
    {
        await using var api = await system.Local.StartAnotherApiAsync(
            new Dictionary<string, string?>(system.Local.Patient()) { ["RateLimits__ConcurrentPerCaller"] = "4" });
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
    private async Task WhileReadsHangAsync(
        Uri api, Func<Func<int, Task<HttpResponseMessage>>, Task<List<Task<HttpResponseMessage>>>> act, int rejected)
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
}
