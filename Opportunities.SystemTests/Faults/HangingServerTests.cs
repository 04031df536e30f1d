using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Opportunities.SystemTests.Changes;
using StackExchange.Redis;

namespace Opportunities.SystemTests.Faults;

/// <summary>
/// A server that the API depends on hangs: the real one, stopped by a signal. Connections stay open, and nothing is answered.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class HangingServerTests(HangingSystem system) : IClassFixture<HangingSystem>
{
    private static readonly string[] _callers = ["dev-all", "dev-admin", "dev-manager"];
    private static readonly string[] _servers = ["database", "cache", "storage"];

    /// <summary>The contract's limit, which is why these tests have the machine to themselves.</summary>
    private static readonly TimeSpan _shown = TimeSpan.FromSeconds(5);

    /// <summary>How long a probe waits at most, and a slow machine's time to say so.</summary>
    private static readonly TimeSpan _probe = TimeSpan.FromSeconds(4);

    // For longer than any limit of what asks: what was given up, and what begins again, must not be in the way of the next probe.
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(9);

    [Theory]
    [InlineData("database")]
    [InlineData("cache")]
    [InlineData("storage")]
    [InlineData("database", "cache", "storage")]
    public async Task Health_shows_in_time_that_servers_hang_and_that_they_go_on(params string[] servers)
    {
        using var client = await system.ClientAsync(null);
        await Eventually.TrueAsync(async () => await IsShownAsync(client, []));
        foreach (var server in servers) system.Pause(server);
        try
        {
            await ShowsAsync(client, servers);
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < _long)
            {
                var probes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await TimedAsync(client, "/health")));
                var code = servers.Contains("database") ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;
                Assert.All(probes, probe => Assert.Equal((code, true), (probe.Code, probe.Took < _probe)));
                // For whoever replaces processes: another one would not find it either.
                var ready = await TimedAsync(client, "/ready");
                Assert.Equal((HttpStatusCode.OK, true), (ready.Code, ready.Took < _probe));
            }
        }
        finally
        {
            foreach (var server in servers) system.Resume(server);
        }

        await ShowsAsync(client, []);
    }

    [Fact]
    public async Task While_the_database_hangs_and_statements_time_out_what_needs_none_is_answered()
    {
        var callers = await Task.WhenAll(_callers.Select(caller => system.ClientAsync(caller)));
        using var stranger = await system.ClientAsync(null);
        // As many connections as the callers may hold are open: what needs a new one is given up much sooner.
        for (var n = 0; n < 5; n++) foreach (var read in await Task.WhenAll(ReadAll($"opens{n}"))) read.Dispose();
        using var consumer = await system.ClientAsync("dev-service");
        // It waits without the database, and is answered without it.
        var held = consumer.ChangesAsync("from=now&wait=8");
        await Task.Delay(TimeSpan.FromSeconds(1));
        system.Pause("database");
        try
        {
            var asked = consumer.GetAsync($"{FeedClient.Path}?from=oldest&wait=20");
            var put = consumer.SendAsync(
                HttpMethod.Put, $"{ApiClient.Opportunities}/by-external-id/hangs/1", ApiClient.Valid().ToJsonString());
            var reads = ReadAll("hangs");
            while (!reads.TrueForAll(read => read.IsCompleted))
            {
                foreach (var path in new[] { "/alive", ApiClient.Opportunities })
                {
                    var (code, took) = await TimedAsync(stranger, path);
                    Assert.Equal((path == "/alive" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, true), (code, took < _probe));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            Assert.Empty((await held).Items);
            foreach (var request in (Task<HttpResponseMessage>[])[.. reads, asked, put])
            {
                using var answer = await request;
                await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
                Assert.Equal((true, true), (answer.Headers.RetryAfter is not null, answer.Headers.Contains("RateLimit")));
            }
        }
        finally
        {
            system.Resume("database");
        }

        await ShowsAsync(stranger, []);
        foreach (var caller in callers) caller.Dispose();

        List<Task<HttpResponseMessage>> ReadAll(string word) =>
            [.. callers.SelectMany(
                caller => Enumerable.Range(0, 10).Select(n => caller.GetAsync($"{ApiClient.Opportunities}?q={word}{n}")))];
    }

    [Fact]
    public async Task While_the_cache_hangs_the_first_write_waits_for_it_and_nothing_after_it_does()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        await CachedAsync(client, id);
        system.Pause("cache");
        try
        {
            // Twice half a second; the rest is the machine's.
            Assert.True(await WriteAsync(client, id, "first") < TimeSpan.FromSeconds(2.5));
            var writes = Stopwatch.StartNew();
            for (var n = 0; n < 20; n++) await WriteAsync(client, id, $"Title {n}");
            Assert.True(writes.Elapsed < TimeSpan.FromSeconds(6), $"20 writes took {writes.Elapsed}");

            var waited = Waited();
            var reads = Stopwatch.StartNew();
            while (reads.Elapsed < _long)
            {
                Assert.Equal("Title 19", (string?)(await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"]);
                await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1");
            }

            Assert.Equal(waited, Waited());
        }
        finally
        {
            system.Resume("cache");
        }

        await CachedAsync(client, id);

        int Waited() => system.Log.Count(line => line.Contains("requests go to the database", StringComparison.Ordinal));
    }

    private static async Task<TimeSpan> WriteAsync(HttpClient client, string id, string title)
    {
        var watch = Stopwatch.StartNew();
        using var written = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title });
        await written.JsonAsync(HttpStatusCode.OK);
        return watch.Elapsed;
    }

    private async Task CachedAsync(HttpClient client, string id)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        await Eventually.TrueAsync(async () =>
        {
            await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
            return redis.GetServer(redis.GetEndPoints()[0]).Keys(pattern: $"*answer*{id}*").Any();
        });
    }

    /// <summary>Waits until exactly these servers are said to hang, for no longer than the contract allows.</summary>
    private static async Task ShowsAsync(HttpClient client, string[] hanging)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var isShown = await IsShownAsync(client, hanging);
            Assert.True(
                watch.Elapsed < _shown,
                $"{watch.Elapsed} later, with {string.Join(", ", hanging)} hanging: {(isShown ? "shown" : "not yet shown")}");
            if (isShown) return;
            await Task.Delay(50);
        }
    }

    private static async Task<bool> IsShownAsync(HttpClient client, string[] hanging)
    {
        using var detailed = await client.GetAsync("/health/detailed");
        var components = (await detailed.JsonAsync())["components"]!;
        using var health = await client.GetAsync("/health");
        return _servers.All(name => (string?)components[name]!["status"] ==
                (!hanging.Contains(name) ? "healthy" : name == "database" ? "unhealthy" : "degraded"))
            && health.StatusCode == (hanging.Contains("database") ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)
            && health.StatusCode == detailed.StatusCode;
    }

    private static async Task<(HttpStatusCode Code, TimeSpan Took)> TimedAsync(HttpClient client, string path)
    {
        var watch = Stopwatch.StartNew();
        using var response = await client.GetAsync(path);
        return (response.StatusCode, watch.Elapsed);
    }
}

/// <summary>A system with every kind of server that the API knows.</summary>
public sealed class HangingSystem : OwnSystem
{
    private readonly ConcurrentQueue<string> _log = new();
    private S3Server? _s3;

    /// <summary>What the API has logged.</summary>
    internal IReadOnlyCollection<string> Log => _log;

    public override async Task InitializeAsync()
    {
        _s3 = await S3Server.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_s3 is not null) await _s3.DisposeAsync();
    }

    internal void Pause(string server) => Choose(server, Local.Postgres.Pause, Local.Cache.Pause, _s3!.Pause)();

    internal void Resume(string server) => Choose(server, Local.Postgres.Resume, Local.Cache.Resume, _s3!.Continue)();

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        IsDurable = false,
        ApiOutput = _log.Enqueue,
        Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>> { ["api"] = _s3!.Settings("attachments") },
    };

    private static Action Choose(string server, Action database, Action cache, Action storage) => server switch
    {
        "database" => database,
        "cache" => cache,
        "storage" => storage,
        _ => throw new ArgumentOutOfRangeException(nameof(server), server, null),
    };
}
