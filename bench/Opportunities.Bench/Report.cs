using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Opportunities.LocalServers;

namespace Opportunities.Bench;

/// <summary>
/// Writes a run down: the tables on the terminal and in docs/performance.md, the figures and the chart beside the benchmark.
/// </summary>
internal static class Report
{
    private const string Begin = "<!-- the last run, written by bench/run -->";
    private const string End = "<!-- end of the last run -->";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Results results)
    {
        var directory = Directory.CreateDirectory(RepositoryRoot.Combine("bench/results")).FullName;
        var name = results.Options.IsQuick || results.Options.Only.Count > 0 ? "partial" : "full";
        File.WriteAllText(Path.Combine(directory, $"{name}.json"), JsonSerializer.Serialize(results, _json) + "\n");
        File.WriteAllText(Path.Combine(directory, $"{name}.svg"), Chart.Draw(results));
        var text = Text(results);
        Console.WriteLine();
        Console.WriteLine(text);
        if (name == "full") Insert(text);
        Console.WriteLine($"bench/results/{name}.json and {name}.svg have the figures.");
    }

    private static string Text(Results results)
    {
        var text = new StringBuilder();
        var machine = results.Machine;
        Line(
            $"{results.At:yyyy-MM-dd HH:mm} UTC, {machine.Processors} × {machine.Processor}, {machine.MemoryGiB:0} GiB, ",
            $"{machine.System}, {machine.Runtime}; load generator, PostgreSQL and Redis on the same machine; ",
            $"{results.Options.Rounds} rounds of {results.Options.Duration.TotalSeconds:0} s, medians. {results.Options.Note}");
        Line($"");
        Line($"| target | goal | measured | |");
        Line($"|---|---|---|---|");
        foreach (var target in Target.Of(results))
            Line($"| {target.What} | {target.Goal} | {target.Value:0.##} | {(target.IsMet ? "met" : "not met")} |");
        Line($"");
        Line(
            $"| workload | rows | connections | server | requests/s | of the floors | p50 ms | p90 ms | p99 ms ",
            $"| CPU µs | PostgreSQL CPU µs | KiB allocated | RSS MiB | errors |");
        Line($"|---|--:|--:|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var series in results.Measurements.GroupBy(one => one.Series))
        {
            var (workload, server, rows, connections) = series.Key;
            string[] floors = [Measured.Redis, Measured.RedisJwt, Measured.Raw, Measured.Static];
            var ratios = floors.Where(floor => floor != server && !floors.Contains(server))
                .Select(floor => (floor, Ratio: results.Ratio((workload, server, rows), (workload, floor, rows), connections)))
                .Where(pair => pair.Ratio is not null)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Ratio:0.00} {pair.floor}"));
            Line(
                $"| {workload} | {rows:N0} | {connections} | {server} | {Figure(one => one.PerSecond):N0} | {string.Join(", ", ratios)} ",
                $"| {Figure(one => one.P50 / 1000):0.00} | {Figure(one => one.P90 / 1000):0.00} | {Figure(one => one.P99 / 1000):0.00} ",
                $"| {Figure(one => one.CpuMicroseconds):0} | {Figure(one => one.DatabaseCpuMicroseconds):0} ",
                $"| {Figure(one => one.AllocatedBytes / 1024):0.0} | {Figure(one => one.RssMiB):0} | {series.Sum(one => one.Errors)} |");

            double? Figure(Func<Measurement, double?> figure) => results.Median(workload, server, rows, figure, connections);
        }

        if (results.Hey.Count > 0)
        {
            Line($"");
            Line($"| hey, on the list | requests/s | p99 ms | errors |");
            Line($"|---|--:|--:|--:|");
            foreach (var run in results.Hey)
                Line($"| `-n {run.Requests} -c {run.Connections}` | {run.PerSecond:N0} | {run.P99 / 1000:0.0} | {run.Errors} |");
        }

        return text.ToString();

        void Line(params FormattableString[] parts) => text.AppendJoin("", parts.Select(FormattableString.Invariant)).Append('\n');
    }

    private static void Insert(string text)
    {
        var file = RepositoryRoot.Combine("docs/performance.md");
        var page = File.ReadAllText(file);
        var from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = page.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(file, $"{page[..from]}\n\n{text}\n{page[to..]}");
    }
}
