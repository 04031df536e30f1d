using System.Diagnostics;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Events;

/// <summary>A system that nobody uses is quiet, and does what it has to at once when somebody does.</summary>
public sealed class IdleTests(IdleSystem system, ITestOutputHelper output) : IClassFixture<IdleSystem>
{
    [Fact]
    public async Task Idle_it_runs_fewer_than_one_statement_a_second_and_makes_no_trace()
    {
        await QuietAsync();
        var (statements, begun) = (system.Statements.Count, DateTimeOffset.UtcNow);
        var window = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(40));
        var run = system.Statements.Skip(statements).ToList();
        // Commands of Redis are exported up to ten seconds after they were sent.
        var made = system.Telemetry.Spans.Where(span => span.StartedAt > begun).ToList();
        var seconds = window.Elapsed.TotalSeconds;
        output.WriteLine($"{run.Count / seconds:0.00} statements/s, {made.Count(span => span.IsRoot) / seconds * 60:0} traces/min");
        Assert.True(run.Count < seconds, $"{run.Count} statements in {seconds:0} s:\n{string.Join('\n', run.CountBy(line => line))}");
        Assert.Empty(made.Select(span => span.Name));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/detailed")]
    [InlineData("/ready")]
    public async Task What_a_probe_asks_is_no_trace_though_the_probe_has_a_context(string path)
    {
        using var client = await system.ClientAsync();
        using var prober = new HttpClient { BaseAddress = system.Api };
        var probe = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { { "traceparent", $"00-{probe}-{ActivitySpanId.CreateRandom()}-01" } },
        };
        using var answer = await prober.SendAsync(request);
        answer.EnsureSuccessStatusCode();

        // What is sent to Redis is exported last, and in the order in which it was sent.
        var begun = DateTimeOffset.UtcNow;
        await client.CreateAsync();
        await Eventually.TrueAsync(
            () => system.Telemetry.Spans.Any(span => span.StartedAt > begun && span.Name == "EVAL"), TimeSpan.FromSeconds(30));
        Assert.Empty(system.Telemetry.Spans.Where(span => span.TraceId == probe).Select(span => span.Name));
    }

    [Fact]
    public async Task Of_a_request_there_is_its_trace_and_one_of_the_publication_that_is_linked_to_it()
    {
        using var client = await system.ClientAsync();
        await QuietAsync();
        var before = system.Telemetry.Spans.Count;
        await client.CreateAsync();

        string[] roots = ["POST /api/v1/opportunities/", "compact counts", "publish events"];
        // The request's own span comes with its status, after the spans within it.
        await Eventually.TrueAsync(
            () => Task.FromResult(roots.All(name => Made().Any(span => span.Name == name))), otherwise: () => string.Join(", ", Made()));
        var request = Made().Single(span => span.Name == roots[0]);
        Assert.Equal([request.TraceId], Made().Single(span => span.Name == "publish events").LinkedTraces);
        Assert.Contains(Made(), span => span.TraceId == request.TraceId && span.Name == "INSERT opportunities");
        Assert.DoesNotContain(Made(), span => span.Name == "postgresql");
        Assert.Equal(roots, Made().Where(span => span.IsRoot).Select(span => span.Name).Order(StringComparer.Ordinal));

        foreach (var decision in (string[])["miss", "hit"])
        {
            await client.GetJsonAsync($"{ApiClient.Opportunities}?size=7");
            await Eventually.TrueAsync(() => Made().Any(span => span.Tags.Contains(KeyValuePair.Create("opportunities.cache", decision))));
        }

        List<ReceivedSpan> Made() => [.. system.Telemetry.Spans.Skip(before)];
    }

    [Fact]
    public async Task An_event_is_published_well_under_a_second_after_its_commit()
    {
        using var client = await system.ClientAsync();
        await client.CreateAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        var stream = redis.GetDatabase();
        var first = new List<double>();
        var second = new List<double>();
        for (var n = 0; n < 8; n++)
        {
            // By turns when nothing was written for a while, and right after something was.
            await Task.Delay(TimeSpan.FromSeconds(2.5));
            first.Add(await LatencyAsync());
            second.Add(await LatencyAsync());
        }

        output.WriteLine(
            $"after quiet: {string.Join(' ', first.Order().Select(ms => $"{ms:0}"))} ms; after another: "
            + $"{string.Join(' ', second.Order().Select(ms => $"{ms:0}"))} ms");
        foreach (var latencies in (List<double>[])[first, second])
        {
            // Most, of a machine that does other things as well; and none waited for the poll behind the notification.
            Assert.InRange(latencies.Order().ElementAt(latencies.Count / 2), 0, 900);
            Assert.All(latencies, milliseconds => Assert.InRange(milliseconds, 0, 10_000));
        }

        async Task<double> LatencyAsync()
        {
            var length = await stream.StreamLengthAsync("opportunities:events");
            await client.CreateAsync();
            var answered = Stopwatch.StartNew();
            await Eventually.TrueAsync(async () => await stream.StreamLengthAsync("opportunities:events") > length);
            return answered.Elapsed.TotalMilliseconds;
        }
    }

    [Fact]
    public async Task What_nobody_was_told_of_is_found_all_the_same()
    {
        await QuietAsync();
        await system.Local.QueryAsync(
            "INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) SELECT id, id, now(), json_build_object('id', id, "
            + "'subject', id) FROM gen_random_uuid() id");
        await Eventually.TrueAsync(
            async () => (await system.Local.QueryAsync("SELECT count(*) FROM unpublished_events")).Single() == "0",
            TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task When_the_connections_that_hear_of_writes_are_cut_events_go_on()
    {
        using var client = await system.ClientAsync();
        await client.CreateAsync();
        await QuietAsync();
        var cut = await system.Local.QueryAsync(
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = 'opportunities-events'");
        Assert.Equal(["true", "true"], cut.Select(answer => answer.ToLowerInvariant()));
        var id = await client.CreateAsync();
        await Eventually.TrueAsync(async () => (await system.Local.StreamAsync()).Any(published => published.Subject == id));
        await Eventually.TrueAsync(async () => (await system.Local.QueryAsync(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")).Single() == "1");
    }

    /// <summary>Waits until what went before is published, added up, and exported.</summary>
    private async Task QuietAsync()
    {
        await system.Local.WaitUntilPublishedAsync();
        for (var (spans, n) = (-1, 0); spans != system.Telemetry.Spans.Count && n < 5; n++)
        {
            spans = system.Telemetry.Spans.Count;
            await Task.Delay(TimeSpan.FromSeconds(3));
        }
    }
}
