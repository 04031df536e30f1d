using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Changes;

/// <summary>Requests that are held until something changes: what wakes them, what they cost, and that they are in nobody's way.</summary>
public sealed class WaitingTests(ITestOutputHelper output) : OwnSystem
{
    private const string Sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'opportunities-changes'";

    [Fact]
    public async Task A_request_is_held_until_another_process_writes_what_its_caller_sees()
    {
        await using var other = await Local.StartAnotherApiAsync();
        using var waits = await this.ClientAsync("dev-rep-1");
        using var stranger = await this.ClientAsync("dev-rep-2", other.BaseAddress);
        using var owner = await this.ClientAsync("dev-rep-1", other.BaseAddress);
        var begin = await waits.NowAsync();
        var began = Stopwatch.StartNew();
        var held = waits.AfterAsync(begin, "&wait=20");
        await HeardAsync();
        await stranger.CreateAsync();
        await Task.WhenAny(held, Task.Delay(TimeSpan.FromSeconds(2)));
        Assert.False(held.IsCompleted);
        var id = await owner.CreateAsync();
        Assert.Equal([id], (await held).Items.Select(item => (string?)item["opportunity_id"]));
        Assert.InRange(began.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task When_nothing_comes_the_answer_is_an_empty_page_from_which_it_goes_on()
    {
        using var client = await this.ClientAsync();
        var began = Stopwatch.StartNew();
        var answer = await client.ChangesAsync("from=now&wait=2");
        Assert.InRange(began.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(10));
        Assert.Empty(answer.Items);
        var id = await client.CreateAsync();
        began.Restart();
        Assert.Equal([id], (await client.AfterAsync(answer.Cursor, "&wait=20")).Items.Select(item => (string?)item["opportunity_id"]));
        Assert.InRange(began.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_nobody_was_told_of_is_found_all_the_same()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        await Local.WaitUntilPublishedAsync();
        var held = client.ChangesAsync("from=now&wait=20");
        await HeardAsync();
        await Local.QueryAsync(FeedTests.Copy(id, 2));
        Assert.Single((await held).Items);
    }

    [Fact]
    public async Task A_session_that_is_cut_is_opened_again_and_nothing_is_missed()
    {
        using var client = await this.ClientAsync();
        await client.CreateAsync();
        var held = client.ChangesAsync("from=now&wait=20");
        await HeardAsync();
        await Local.QueryAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opportunities-changes'");
        var id = await client.CreateAsync();
        Assert.Equal([id], (await held).Items.Select(item => (string?)item["opportunity_id"]));
    }

    [Fact]
    public async Task Without_the_database_a_request_that_waits_is_answered_in_time_and_the_next_one_with_503()
    {
        using var client = await this.ClientAsync();
        await client.CreateAsync();
        var held = client.ChangesAsync("from=now&wait=15");
        await HeardAsync();
        // What was written before has been heard of.
        await Eventually.TrueAsync(async () =>
            (await Local.QueryAsync($"{Sessions} AND state_change < now() - interval '3 seconds'")).Single() == "1");
        await Local.Postgres.KillAsync();
        var answer = await held;
        Assert.Empty(answer.Items);
        using var next = await client.GetAsync($"{FeedClient.Path}?after={answer.Cursor}&wait=20");
        await next.ProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_process_that_is_told_to_stop_answers_at_once()
    {
        await using var draining = await Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["Shutdown__Drain"] = "00:00:04" });
        using var client = await this.ClientAsync("dev-all", draining.BaseAddress);
        var held = client.GetAsync($"{FeedClient.Path}?from=now&wait=20");
        await HeardAsync();
        var told = Stopwatch.StartNew();
        var stopped = draining.StopAsync(TimeSpan.FromMinutes(1));
        using var answer = await held;
        Assert.InRange(told.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Empty(FeedAnswer.Of(await answer.JsonAsync(HttpStatusCode.OK)).Items);
        Assert.True(answer.Headers.ConnectionClose);
        // Asked meanwhile, it is not held.
        Assert.Empty((await client.ChangesAsync("from=now&wait=20")).Items);
        await stopped;
        Assert.Equal(0, await draining.Exited);
    }

    [Fact]
    public async Task Those_who_wait_hold_no_place_of_those_who_are_served_and_have_a_limit_of_their_own()
    {
        await using var small = await Local.StartAnotherApiAsync(new Dictionary<string, string?>
        {
            ["RateLimits__Concurrent"] = "4",
            ["RateLimits__ConcurrentPerCaller"] = "2",
            ["RateLimits__Queue"] = "0",
            ["RateLimits__DatabasePerCaller"] = "1",
            ["RateLimits__WaitingPerCaller"] = "10",
            ["RateLimits__Waiting"] = "15",
        });
        using var client = await this.ClientAsync("dev-all", small.BaseAddress);
        using var second = await this.ClientAsync("dev-admin", small.BaseAddress);
        using var leaves = new CancellationTokenSource();
        var path = $"{FeedClient.Path}?from=now&wait=20";
        var held = Enumerable.Range(0, 10).Select(_ => client.GetAsync(path, leaves.Token)).ToList();
        held.AddRange(Enumerable.Range(0, 5).Select(_ => second.GetAsync(path, leaves.Token)));
        await HeardAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var beyond = await client.GetAsync($"{FeedClient.Path}?from=now&wait=1");
            return beyond.StatusCode == HttpStatusCode.TooManyRequests;
        });
        await Eventually.TrueAsync(async () =>
        {
            using var beyond = await second.GetAsync($"{FeedClient.Path}?from=now&wait=1");
            return beyond.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        await client.GetJsonAsync(ApiClient.Opportunities);
        Assert.DoesNotContain(held, request => request.IsCompleted);

        // Who leaves gives everything back.
        await leaves.CancelAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var again = await client.GetAsync($"{FeedClient.Path}?from=now");
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_thousand_who_wait_cost_little_memory_and_one_session_and_all_are_woken()
    {
        const int Waiting = 1000;
        await using var api = await Local.StartAnotherApiAsync();
        using var client = await this.ClientAsync("dev-all", api.BaseAddress);
        var request = $"GET {FeedClient.Path}?from=now&wait=20 HTTP/1.1\r\nHost: api\r\n"
            + $"Authorization: {client.DefaultRequestHeaders.Authorization}\r\nConnection: close\r\n\r\n";
        // What the code for it takes is not counted.
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.ChangesAsync("from=now&wait=1")));
        var idle = ResidentMiB(api.ProcessId);
        var sockets = await Task.WhenAll(Enumerable.Range(0, Waiting).Select(async _ =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, api.BaseAddress.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            return socket;
        }));
        await HeardAsync();
        await Task.Delay(TimeSpan.FromSeconds(4));
        var waiting = ResidentMiB(api.ProcessId);
        await Eventually.TrueAsync(async () => (await Local.QueryAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND application_name = 'opportunities-api'")).Single() == "0");
        Assert.Equal(["1"], await Local.QueryAsync(Sessions));
        Assert.All(sockets, socket => Assert.Equal(0, socket.Available));
        var id = await client.CreateAsync();
        var woken = Stopwatch.StartNew();
        var answers = await Task.WhenAll(sockets.Select(ReadAsync));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Waiting} waiting: {idle:0.0} → {waiting:0.0} MiB; all answered {woken.ElapsedMilliseconds} ms after a write"));
        Assert.All(answers, answer => Assert.Contains(id, answer));
        Assert.InRange(waiting - idle, -50, 50);
    }

    [Fact]
    public async Task While_nobody_waits_there_is_no_session()
    {
        using var client = await this.ClientAsync();
        await client.ChangesAsync("from=oldest");
        Assert.Equal(["0"], await Local.QueryAsync(Sessions));
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static double ResidentMiB(int processId) => long.Parse(
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024.0;

    /// <summary>Waits until the request waits: its process hears of commits.</summary>
    private Task HeardAsync() => Eventually.TrueAsync(async () => (await Local.QueryAsync(
        $"{Sessions} AND state = 'idle' AND query NOT LIKE 'LISTEN%'")).Single() != "0");
}
