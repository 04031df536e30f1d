using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Opportunities.LocalServers;

namespace Opportunities.Bench;

/// <summary>The load: wrk, and hey as the validation procedure runs it.</summary>
internal static partial class Generator
{
    private static readonly string _script = RepositoryRoot.Combine("bench/Opportunities.Bench/load.lua");

    /// <summary>Runs wrk against a server, metering the server's process.</summary>
    public static async Task<Measurement> RunAsync(
        Workload workload, Site site, Measured server, int connections, int round, TimeSpan duration, string token, string? ids = null)
    {
        // An answer lives for 30 s: what is measured as cached is in the cache when it begins.
        if (!workload.IsWrite && workload.Servers[0] == Measured.Cached)
            await WarmUpAsync(workload, site, server, TimeSpan.FromSeconds(1), token, ids);
        var database = new DatabaseMeter(site.DatabaseProcessId);
        await using var meter = server.Process is null ? null : new ProcessMeter(server.Process.ProcessId);
        var result = await WrkAsync(workload, site, server, connections, duration, token, ids);
        var databaseSeconds = database.CpuSeconds;
        var usage = meter is null ? default : await meter.StopAsync();
        var requests = result["requests"]!.GetValue<double>();
        var perSecond = requests / result["seconds"]!.GetValue<double>();
        return new Measurement
        {
            Workload = workload.Name,
            Server = server.Name,
            Rows = site.Rows,
            Connections = connections,
            Round = round,
            PerSecond = perSecond,
            P50 = result["p50"]!.GetValue<double>(),
            P90 = result["p90"]!.GetValue<double>(),
            P99 = result["p99"]!.GetValue<double>(),
            Errors = result["errors"]!.GetValue<long>(),
            CpuMicroseconds = meter is null ? null : usage.CpuSeconds / requests * 1e6,
            DatabaseCpuMicroseconds = databaseSeconds / requests * 1e6,
            AllocatedBytes = usage.BytesPerSecond / perSecond,
            RssMiB = meter is null ? null : usage.RssMiB,
        };
    }

    /// <summary>Sends the same requests without measuring.</summary>
    public static Task WarmUpAsync(Workload workload, Site site, Measured server, TimeSpan duration, string token, string? ids = null) =>
        WrkAsync(workload, site, server, 64, duration, token, ids);

    /// <summary>Runs <c>hey -n requests -c connections</c> on the list.</summary>
    /// <returns>Requests a second, the 99th percentile in microseconds, and how many were not answered with 200.</returns>
    public static async Task<(double PerSecond, double P99, long Errors)> HeyAsync(
        Measured server, int requests, int connections, string token)
    {
        var output = await RunAsync("hey",
            "-n", $"{requests}", "-c", $"{connections}", "-H", $"Authorization: Bearer {token}",
            new Uri(server.Url, Workload.Prefix).AbsoluteUri);
        var succeeded = Successes().Match(output) is { Success: true } match ? Number(match) : 0;
        // hey sends the largest multiple of the connections.
        var sent = requests / connections * connections;
        return (Number(PerSecond().Match(output)), Number(Percentile99().Match(output)) * 1e6, sent - (long)succeeded);
    }

    private static async Task<JsonNode> WrkAsync(
        Workload workload, Site site, Measured server, int connections, TimeSpan duration, string token, string? ids)
    {
        var threads = connections == 1 ? 1 : 2;
        var output = await RunAsync("wrk",
            "-t", $"{threads}", "-c", $"{connections}", "-d", string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0}s"),
            "--timeout", "10s", "-s", _script, server.Url.AbsoluteUri, "--", workload.Kind, token, ids ?? site.IdFile(workload.Ids),
            site.PathOf(workload.Path));
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new LocalServerException($"wrk gave no result: {output}");
        return JsonNode.Parse(line["RESULT ".Length..])!;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return result.IsSuccess
            ? result.StandardOutput
            : throw new LocalServerException($"{program} failed: {result.StandardError} {result.StandardOutput}");
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[200\]\s+(\d+) responses")]
    private static partial Regex Successes();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"99% in ([\d.]+) secs")]
    private static partial Regex Percentile99();
}
