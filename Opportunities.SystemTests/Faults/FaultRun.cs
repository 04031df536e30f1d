using System.Diagnostics;
using System.Text.Json;
using Opportunities.LocalServers;
using Opportunities.SystemTests.Changes;

namespace Opportunities.SystemTests.Faults;

/// <summary>
/// A fault, some times over, under the load of all clients; then the proof that nothing was lost, and a line for the report.
/// </summary>
internal sealed class FaultRun
{
    /// <summary>Requests that are served before and after each fault.</summary>
    private const int Served = 150;

    private static readonly TimeSpan _recovery = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions _report = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>How often each fault happens: OPPORTUNITIES_FAULT_ROUNDS, for a longer run than CI's.</summary>
    private static readonly int _rounds = Setting("OPPORTUNITIES_FAULT_ROUNDS", 1);

    /// <summary>For how long a server is away or hangs: OPPORTUNITIES_FAULT_SECONDS, for a longer run than CI's.</summary>
    public static TimeSpan Outage { get; } = TimeSpan.FromSeconds(Setting("OPPORTUNITIES_FAULT_SECONDS", 3));

    /// <summary>What the report calls the fault.</summary>
    public required string Name { get; init; }

    /// <summary>Breaks something.</summary>
    public required Func<Task> Break { get; init; }

    /// <summary>Mends it; the time until everything is healthy counts from here.</summary>
    public Func<Task> Mend { get; init; } = () => Task.CompletedTask;

    /// <summary>For how long it stays broken.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.Zero;

    /// <summary>Status codes that clients may see beside those of requests that are served; 0 is no answer at all.</summary>
    public int[] Allowed { get; init; } = [];

    /// <summary>Whether a read may be out of date by up to 30 s: where Redis was lost.</summary>
    public bool MayBeStale { get; init; }

    /// <summary>Texts of which the API logs each.</summary>
    public string[] Logs { get; init; } = [];

    public async Task RunAsync(FaultSystem system)
    {
        var logged = system.Log.Count;
        var healthyAfter = new List<TimeSpan>();
        var token = await system.TokenAsync("dev-all");
        using var client = await system.ClientAsync();
        using var consumer = new Consumer(token, seesAll: true, system.Balancer.Next, seed: 0, $"after={await client.NowAsync()}");
        var written = new TaskCompletionSource();
        var consuming = consumer.RunAsync(written.Task);
        await using var workload = await Workload.StartAsync(token, system.Balancer.Next);
        for (var round = 0; round < _rounds; round++)
        {
            await ServeAsync(workload, Served);
            await Break();
            await Task.Delay(Duration);
            var mended = Stopwatch.GetTimestamp();
            await Mend();
            await RecoveredAsync(system, Name);
            healthyAfter.Add(Stopwatch.GetElapsedTime(mended));
            await ServeAsync(workload, Served);
        }

        await workload.StopAsync();
        written.SetResult();
        await consuming;
        var verdict = await Verdict.OfAsync(workload, consumer.Copy, system.Local);
        var operations = workload.Operations;
        var byStatus = operations.GroupBy(operation => operation.Status).OrderBy(group => group.Key)
            .ToDictionary(group => group.Key == 0 ? "none" : $"{group.Key}", group => group.Count());
        var longest = operations.Max(operation => Stopwatch.GetElapsedTime(operation.Began, operation.Ended));
        Write(verdict, consumer, operations.Count, byStatus, longest, healthyAfter);

        var lines = system.Log.Skip(logged).ToList();
        int[] served = [200, 201, 204, 404, 409, 412, .. Allowed];
        var refused = operations.Where(operation => !served.Contains(operation.Status)).Select(operation =>
            $"{operation.Kind} was answered with {operation.Status} {operation.Failure} after "
            + $"{Stopwatch.GetElapsedTime(operation.Began, operation.Ended).TotalSeconds:0.0} s").ToList();
        if (refused.Count > 0)
        {
            refused.InsertRange(
                Math.Min(refused.Count, 4),
                lines.Where(line => line.Contains("could not be served", StringComparison.Ordinal)
                    || line.Contains("Exception", StringComparison.Ordinal)).Distinct().Take(20));
        }

        Empty(refused);
        Assert.DoesNotContain(operations, operation => operation.Failure?.Contains("Timeout", StringComparison.OrdinalIgnoreCase) ?? false);
        Empty(verdict.Lost);
        Empty(verdict.Broken);
        Empty(verdict.ToldOtherwise);
        Empty([.. workload.Wrong, .. consumer.Wrong]);
        Empty([.. consumer.Answers.Where(answer => answer.Key != 200 && !Allowed.Contains(answer.Key))
            .Select(answer => $"changes: {answer}")]);
        Empty(verdict.EventsLost);
        Empty(verdict.EventsInvented);
        if (MayBeStale) Assert.True(verdict.OldestStale < TimeSpan.FromSeconds(30), $"{Name}: {verdict.OldestStale}");
        else Empty(verdict.Stale);
        Assert.All(Logs, text => Assert.Contains(lines, line => line.Contains(text, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }

    /// <summary>Waits until both processes are healthy, write and read.</summary>
    public static Task RecoveredAsync(FaultSystem system, string after) => Eventually.TrueAsync(
        async () => await WorksAsync(system, system.Local.Api) && await WorksAsync(system, system.Second), _recovery,
        otherwise: () => after);

    private void Empty(List<string> findings) =>
        Assert.True(findings.Count == 0, $"{Name}: {findings.Count} findings:\n{string.Join('\n', findings.Take(25))}");

    /// <summary>Waits until so many more requests were answered.</summary>
    private static Task ServeAsync(Workload workload, int requests)
    {
        var wanted = workload.Operations.Count(operation => operation.IsAcknowledged) + requests;
        return Eventually.TrueAsync(() => workload.Operations.Count(operation => operation.IsAcknowledged) >= wanted, _recovery);
    }

    /// <summary>Whether a process is healthy and both writes and reads.</summary>
    private static async Task<bool> WorksAsync(FaultSystem system, ServiceProcess api)
    {
        using var client = new HttpClient { BaseAddress = api.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await system.TokenAsync("dev-all"));
        try
        {
            using var health = await client.GetAsync("/health");
            using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
            return health.IsSuccessStatusCode && created.IsSuccessStatusCode
                && (await client.GetAsync(created.Headers.Location)).IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Write(
        Verdict verdict, Consumer consumer, int requests, Dictionary<string, int> byStatus, TimeSpan longest, List<TimeSpan> healthyAfter)
    {
        var directory = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts/faults"));
        var result = new
        {
            Name,
            Rounds = _rounds,
            Requests = requests,
            ByStatus = byStatus,
            LongestRequestSeconds = Math.Round(longest.TotalSeconds, 1),
            HealthyAfterSeconds = healthyAfter.Select(time => Math.Round(time.TotalSeconds, 1)),
            Lost = verdict.Lost.Count,
            Broken = verdict.Broken.Count,
            Stale = verdict.Stale.Count,
            OldestStaleSeconds = Math.Round(verdict.OldestStale.TotalSeconds, 1),
            verdict.DoneThoughUnanswered,
            EventsLost = verdict.EventsLost.Count,
            EventsInvented = verdict.EventsInvented.Count,
            verdict.EventsRepeated,
            Changes = consumer.Copy.Changes,
            ChangesByStatus = consumer.Answers.ToDictionary(answer => answer.Key == 0 ? "none" : $"{answer.Key}", answer => answer.Value),
            ChangesLongestSeconds = Math.Round(consumer.Longest.TotalSeconds, 1),
            ToldOtherwise = verdict.ToldOtherwise.Count,
        };
        File.WriteAllText(Path.Combine(directory.FullName, $"{Name.Replace(' ', '-')}.json"), JsonSerializer.Serialize(result, _report));
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : usual;
}
