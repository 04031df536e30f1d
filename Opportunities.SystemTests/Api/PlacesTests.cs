using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Opportunities.SystemTests.Api;

/// <summary>What one caller can take of the database and of the process, and that the others are served meanwhile.</summary>
public sealed class PlacesTests(PlacesSystem system) : IClassFixture<PlacesSystem>
{
    [Fact]
    public async Task A_caller_holds_ten_connections_and_others_are_served_with_the_rest()
    {
        using var greedy = await system.ClientAsync();
        using var other = await system.ClientAsync("dev-manager");
        var requests = new List<Task<HttpResponseMessage>>();
        await using (await system.LockAsync())
        {
            for (var n = 0; n < 60; n++) requests.Add(greedy.GetAsync(Unknown(n)));
            await system.BusyAsync(10);
            requests.Add(other.GetAsync(Unknown(0)));
            await system.BusyAsync(11);
            await Eventually.TrueAsync(async () =>
            {
                using var health = await other.GetAsync("/health");
                return health.StatusCode == HttpStatusCode.OK;
            });
        }

        foreach (var answer in await Task.WhenAll(requests)) await answer.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_a_smaller_pool_requests_leave_six_connections_to_health_and_the_processs_own_work()
    {
        var variables = system.Local.Patient();
        variables["ConnectionStrings__opportunitiesdb"] += ";Maximum Pool Size=12";
        await using var api = await system.Local.StartAnotherApiAsync(variables);
        using var client = await system.ClientAsync(api: api.BaseAddress);
        List<Task<HttpResponseMessage>> requests;
        await using (await system.LockAsync())
        {
            requests = [.. Enumerable.Range(0, 20).Select(n => client.GetAsync(Unknown(n)))];
            await system.BusyAsync(6);
            await Eventually.TrueAsync(async () => (await client.GetAsync("/health")).StatusCode == HttpStatusCode.OK);
            await system.BusyAsync(6);
        }

        foreach (var answer in await Task.WhenAll(requests)) await answer.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_read_that_nobody_waits_for_any_more_is_cancelled()
    {
        using var client = await system.ClientAsync();
        await using var hold = await system.LockAsync();
        foreach (var path in (string[])[Unknown(1), $"{Unknown(1)}&sort_by=title", $"{ApiClient.Opportunities}/{Guid.CreateVersion7()}"])
        {
            using var leaves = new CancellationTokenSource();
            var read = client.GetAsync(path, leaves.Token);
            await system.BusyAsync(1);
            var left = Stopwatch.StartNew();
            await leaves.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
            await system.BusyAsync(0);
            // Well before the database itself gives up.
            Assert.True(left.Elapsed < TimeSpan.FromSeconds(30), $"{path}: {left.Elapsed}");
        }
    }

    [Fact]
    public async Task Requests_that_fail_or_are_left_keep_no_place()
    {
        await using var api = await system.Local.StartAnotherApiAsync(
            new Dictionary<string, string?>(system.Local.Patient(seconds: 20)) { ["RateLimits__DatabasePerCaller"] = "2" });
        using var client = await system.ClientAsync(api: api.BaseAddress);
        var id = await client.CreateAsync();
        await using (await system.LockAsync())
        {
            using var leaves = new CancellationTokenSource();
            var left = Enumerable.Range(0, 10).Select(n => client.GetAsync(Unknown(n), leaves.Token))
                .Append(client.PutAsync($"{ApiClient.Opportunities}/{id}", Json("""{"title":"Never"}"""), leaves.Token)).ToList();
            await system.BusyAsync(2);
            await leaves.CancelAsync();
            foreach (var request in left) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
            await system.BusyAsync(0);
            // The database refuses these, after twenty seconds of waiting for the table.
            foreach (var failed in await Task.WhenAll(Enumerable.Range(0, 2).Select(n => client.GetAsync(Unknown(n)))))
                await failed.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        foreach (var served in await Task.WhenAll(Enumerable.Range(0, 4).Select(n => client.GetAsync(Unknown(n)))))
            await served.JsonAsync(HttpStatusCode.OK);
        using var written = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "After" });
        await written.JsonAsync(HttpStatusCode.OK);
        await using (await system.LockAsync())
        {
            // Both places are free again.
            using var leaves = new CancellationTokenSource();
            var waiting = Enumerable.Range(0, 2).Select(n => client.GetAsync(Unknown(n), leaves.Token)).ToList();
            await system.BusyAsync(2);
            await leaves.CancelAsync();
            foreach (var request in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }
    }

    [Fact]
    public async Task Connections_that_break_keep_no_place()
    {
        await using var api = await system.Local.StartAnotherApiAsync(
            new Dictionary<string, string?>(system.Local.Patient()) { ["RateLimits__DatabasePerCaller"] = "2" });
        using var client = await system.ClientAsync(api: api.BaseAddress);
        await using (await system.LockAsync())
        {
            for (var round = 0; round < 2; round++)
            {
                var broken = Enumerable.Range(0, 2).Select(n => client.GetAsync(Unknown(n))).ToList();
                await system.BusyAsync(2);
                await system.BreakAsync();
                foreach (var answer in await Task.WhenAll(broken)) await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            }
        }

        foreach (var served in await Task.WhenAll(Enumerable.Range(0, 4).Select(n => client.GetAsync(Unknown(n)))))
            await served.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_waits_too_long_for_its_own_places_is_429_with_Retry_After()
    {
        await using var api = await system.Local.StartAnotherApiAsync(
            new Dictionary<string, string?> { ["RateLimits__DatabasePerCaller"] = "1" });
        using var client = await system.ClientAsync(api: api.BaseAddress);
        var statuses = new List<HttpStatusCode>();
        await using (await system.LockAsync())
        {
            // The database gives each up after five seconds, and a request waits ten for its turn.
            var requests = Enumerable.Range(0, 6).Select(n => client.GetAsync(Unknown(n))).ToList();
            foreach (var answer in await Task.WhenAll(requests))
            {
                statuses.Add(answer.StatusCode);
                await answer.ProblemAsync(answer.StatusCode);
                Assert.NotNull(answer.Headers.RetryAfter);
            }
        }

        Assert.Contains(HttpStatusCode.ServiceUnavailable, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.All(
            statuses, status => Assert.True(status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{status}"));
    }

    [Fact]
    public async Task Two_hundred_and_fifty_requests_of_one_caller_at_a_time_are_all_served()
    {
        using var client = await system.ClientAsync();
        var statuses = new int[600];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 250).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var n && n < 2500)
            {
                // Cached reads, reads that the cache cannot have, and writes that take every list out of it.
                using var answer = n % 25 == 0
                    ? await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString())
                    : await client.GetAsync(n % 5 == 0 ? Unknown(n) : ApiClient.Opportunities);
                Interlocked.Increment(ref statuses[(int)answer.StatusCode]);
            }
        }));
        Assert.Equal((2400, 100), (statuses[200], statuses[201]));
    }

    [Theory]
    [InlineData("?page=1000&size=100", true)]
    [InlineData("?page=5000", true)]
    [InlineData("?page=100000&size=1", true)]
    [InlineData("?page=1001&size=100", false)]
    [InlineData("?page=5001", false)]
    [InlineData("?page=9999999&size=100", false)]
    public async Task A_page_begins_within_the_first_hundred_thousand_items(string query, bool isTaken)
    {
        using var client = await system.ClientAsync();
        using var answer = await client.GetAsync($"{ApiClient.Opportunities}{query}");
        if (isTaken)
        {
            await answer.JsonAsync(HttpStatusCode.OK);
            return;
        }

        var message = (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["page"]![0]!;
        Assert.True(
            query.Contains("9999999", StringComparison.Ordinal) || message.Contains("next_cursor", StringComparison.Ordinal), message);
    }

    [Fact]
    public async Task Files_that_are_on_their_way_keep_no_other_from_being_imported()
    {
        using var client = await system.ClientAsync("dev-manager");
        var slow = new List<TcpClient>();
        try
        {
            for (var n = 0; n < 4; n++) slow.Add(await BeginImportAsync());
            var limit = TimeSpan.FromSeconds(20);
            using var imported = await client.ImportAsync(CsvClient.File(CsvClient.Header, CsvClient.Row("One"), CsvClient.Row("Two")))
                .WaitAsync(limit);
            await imported.JsonAsync(HttpStatusCode.OK);
        }
        finally
        {
            foreach (var connection in slow) connection.Dispose();
        }
    }

    private async Task<TcpClient> BeginImportAsync()
    {
        var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(system.Api.Host, system.Api.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {ApiClient.Opportunities}/import HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {await system.TokenAsync("dev-all")}\r\n"
            + $"Content-Type: text/csv\r\nContent-Length: 16000000\r\n\r\n{new string('x', 10_000)}"));
        return connection;
    }

    private static StringContent Json(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    /// <summary>Words that nobody has looked for: not in the cache, and read by nobody else.</summary>
    private static string Unknown(int n) => $"{ApiClient.Opportunities}?q={Guid.NewGuid():N}%20{n}";
}

/// <summary>A system whose database can be made to wait.</summary>
public sealed class PlacesSystem : OwnSystem
{
    private ServiceProcess? _api;

    public override Uri Api => _api!.BaseAddress;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _api = await Local.StartAnotherApiAsync(Local.Patient());
    }

    public override async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Holds the table until it is disposed of.</summary>
    internal async Task<NpgsqlConnection> LockAsync()
    {
        var blocker = new NpgsqlConnection($"{Local.ConnectionString};Pooling=false");
        await blocker.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE opportunities IN ACCESS EXCLUSIVE MODE", blocker);
        await hold.ExecuteNonQueryAsync();
        return blocker;
    }

    /// <summary>Ends the API's connections that wait for the table.</summary>
    internal async Task BreakAsync()
    {
        await using var admin = new NpgsqlConnection(Local.ConnectionString);
        await admin.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'opportunities-api' AND wait_event = "
            + "'relation'", admin);
        await command.ExecuteScalarAsync();
    }

    /// <summary>Waits until so many of the API's connections wait for the table.</summary>
    internal async Task BusyAsync(int expected)
    {
        await using var watcher = new NpgsqlConnection(Local.ConnectionString);
        await watcher.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'opportunities-api' AND wait_event_type = 'Lock' AND wait_event = 'relation' AND query LIKE '%opportunities%'
            """, watcher);
        long seen = -1;
        await Eventually.TrueAsync(
            async () => (seen = (long)(await command.ExecuteScalarAsync())!) == expected,
            TimeSpan.FromSeconds(15),
            otherwise: () => $"{seen} wait, not {expected}");
    }
}
