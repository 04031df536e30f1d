using System.Globalization;
using System.Text;
using Opportunities.LocalServers;

namespace Opportunities.Bench;

/// <summary>Two builds side by side, each on a database of its own in one server: measured by turns, compared in pairs.</summary>
internal sealed class Comparison(BenchOptions options, string directory)
{
    private static readonly string[] _workloads = ["item", "db-item", "create", "update", "mixed"];

    /// <summary>With fewer, chance alone makes all ratios lie on one side more often than once in twenty runs.</summary>
    private const int FewestRounds = 6;

    private static readonly (string Name, string Format, Func<Measurement, double?> Of)[] _figures =
    [
        ("requests/s", "N0", one => one.PerSecond),
        ("API's CPU µs", "N0", one => one.CpuMicroseconds),
        // Of what is read from the cache, PostgreSQL knows nothing but what others ask it meanwhile.
        ("PostgreSQL's CPU µs", "N0", one => one.DatabaseCpuMicroseconds is > 5 and var used ? used : null),
        ("KiB allocated", "N1", one => one.AllocatedBytes / 1024),
        ("p99 ms", "N1", one => one.P99 / 1000),
    ];

    public static async Task RunAsync(BenchOptions options, string before, string after)
    {
        var directory = RepositoryRoot.Combine(".local/bench");
        Directory.CreateDirectory(directory);
        using var held = DataDirectoryGuard.Hold(directory);
        await new Comparison(options, directory).RunAsync(Build.Of(before), Build.Of(after));
    }

    private async Task RunAsync(Build before, Build after)
    {
        await using var postgres = await BenchRun.StartPostgresAsync(directory);
        await using var identity = await BenchRun.StartIdentityAsync();
        var sites = new List<Site>();
        try
        {
            // The same commit twice shows the noise.
            foreach (var (build, place) in (IEnumerable<(Build, string)>)[(before, "a"), (after, "b")])
            {
                Progress.Say($"starting {build.Name} on {options.Rows[0]:N0} rows");
                sites.Add(await Site.StartAsync(postgres, identity, directory, options.Rows[0], build, place));
            }

            var workloads = Workload.All
                .Where(workload => options.Only.Count > 0 ? options.Includes(workload.Name) : _workloads.Contains(workload.Name)).ToList();
            foreach (var site in sites)
            {
                Progress.Say($"warming up {site.Build.Name}");
                var token = await site.TokenAsync();
                foreach (var workload in workloads)
                    await Generator.WarmUpAsync(workload, site, Server(site, workload), TimeSpan.FromSeconds(6), token);
                await site.CleanAsync();
            }

            var pairs = new List<(Measurement Before, Measurement After)>();
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var workload in workloads)
                {
                    // Who is second has what the first one left to do: they take turns in that, too.
                    Site[] turns = round % 2 == 1 ? [sites[0], sites[1]] : [sites[1], sites[0]];
                    var measured = new Dictionary<Site, Measurement>();
                    foreach (var site in turns) measured[site] = await MeasureAsync(workload, site, round);
                    pairs.Add((measured[sites[0]], measured[sites[1]]));
                }
            }

            Console.WriteLine();
            Console.WriteLine(Text(pairs, before.Name, after.Name));
        }
        finally
        {
            foreach (var site in sites) await site.DisposeAsync();
        }
    }

    private static Measured Server(Site site, Workload workload) => site.Server(workload.Servers[0]);

    private async Task<Measurement> MeasureAsync(Workload workload, Site site, int round)
    {
        if (workload.Kind == "status") await site.ResetStatusAsync();
        var one = await Generator.RunAsync(workload, site, Server(site, workload), 64, round, options.Duration, await site.TokenAsync());
        Progress.Say($"round {round}  {site.Build.Name}  {one}");
        if (workload.IsWrite) await site.CleanAsync();
        return one;
    }

    private static string Text(List<(Measurement Before, Measurement After)> pairs, string before, string after)
    {
        var text = new StringBuilder();
        Line($"| workload | figure | {before} | {after} | ratio | from | to | |");
        Line($"|---|---|--:|--:|--:|--:|--:|---|");
        foreach (var workload in pairs.GroupBy(pair => pair.Before.Workload))
        {
            foreach (var (name, format, of) in _figures)
            {
                List<(double Before, double After)> figures =
                [
                    .. workload.Where(pair => of(pair.Before) > 0 && of(pair.After) > 0)
                        .Select(pair => (of(pair.Before)!.Value, of(pair.After)!.Value)),
                ];
                if (figures.Count == 0) continue;
                var (from, median, to) = Interval([.. figures.Select(pair => pair.After / pair.Before)]);
                var verdict = figures.Count >= FewestRounds && (from > 1 || to < 1) ? "larger than the noise" : "";
                var (first, second) = (Figure(pair => pair.Before), Figure(pair => pair.After));
                Line($"| {workload.Key} | {name} | {first} | {second} | {median:0.00} | {from:0.00} | {to:0.00} | {verdict} |");

                string Figure(Func<(double Before, double After), double> side) =>
                    Results.Median(figures.Select(side)).ToString(format, CultureInfo.InvariantCulture);
            }
        }

        var errors = pairs.Sum(pair => pair.Before.Errors + pair.After.Errors);
        Line($"");
        Line($"Medians of {pairs.Max(pair => pair.Before.Round)} rounds; the ratio is the median of those within a round,");
        Line($"the interval has it in at least 95 of 100 runs, from {FewestRounds} rounds on. {errors} errors.");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>A median, with the interval that order alone gives it.</summary>
    private static (double From, double Median, double To) Interval(double[] ratios)
    {
        Array.Sort(ratios);
        // Whatever the noise is like, a ratio is above the true median as often as below.
        // How many of the lowest, and of the highest, may be left out: fewer than that are above, or below, in less than 2.5 of 100 runs.
        var (left, chance, term) = (0, 0.0, Math.Pow(0.5, ratios.Length));
        for (var below = 0; chance + term <= 0.025; below++)
        {
            chance += term;
            left = below;
            term *= (double)(ratios.Length - below) / (below + 1);
        }

        return (ratios[left], Results.Median(ratios), ratios[^(left + 1)]);
    }
}
