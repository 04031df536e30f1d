namespace Opportunities.Bench;

/// <summary>What a figure shall be, and what it is.</summary>
/// <param name="What">The figure.</param>
/// <param name="Goal">What it shall be, in words.</param>
/// <param name="Value">What was measured.</param>
/// <param name="IsMet">Whether it is so.</param>
internal sealed record Target(string What, string Goal, double Value, bool IsMet)
{
    /// <summary>All targets of which this run has the figures.</summary>
    public static IReadOnlyList<Target> Of(Results results)
    {
        var targets = new List<Target>();
        var sizes = results.Measurements.Select(one => one.Rows).Distinct().Order().ToList();
        foreach (var rows in sizes)
        {
            AtLeast($"list page 0, cached, of `redis`, {rows:N0} rows", 0.6, results.Ratio(("list", Measured.Cached, rows), ("list", Measured.Redis, rows)));
            AtLeast($"item, cached, of `redis`, {rows:N0} rows", 0.6, results.Ratio(("item", Measured.Cached, rows), ("item", Measured.Redis, rows)));
            AtLeast($"item 304, of `redis`, {rows:N0} rows", 0.6, results.Ratio(("item-304", Measured.Cached, rows), ("item", Measured.Redis, rows)));
            AtLeast($"item, cache off, of `raw`, {rows:N0} rows", 0.6, results.Ratio(("db-item", Measured.Uncached, rows), ("db-item", Measured.Raw, rows)));
            AtLeast($"list page 0 with totals, cache off, of `raw` without, {rows:N0} rows", 0.6, results.Ratio(("db-list", Measured.Uncached, rows), ("db-list", Measured.Raw, rows)));
            AtLeast($"create, durable, with history, of `raw` insert, {rows:N0} rows", 0.4, results.Ratio(("create", Measured.Cached, rows), ("create", Measured.Raw, rows)));
            AtLeast($"mixed (90 % item, 9 % list, 1 % write), of `redis` item, {rows:N0} rows", 0.5, results.Ratio(("mixed", Measured.Cached, rows), ("item", Measured.Redis, rows)));
            foreach (var suffix in (string[])["", "-status", "-priority", "-owner"])
            {
                var ratio = results.Ratio(($"db-next{suffix}", Measured.Uncached, rows), ($"db-list{suffix}", Measured.Uncached, rows));
                AtMost($"what exact totals add to the list{suffix.Replace("-", ", by ", StringComparison.Ordinal)}, {rows:N0} rows", 0.2, ratio - 1);
            }
        }

        if (sizes.Count > 1)
        {
            foreach (var workload in (string[])["list", "item", "db-list", "db-list-status", "db-filtered", "db-cursor-end", "db-item"])
            {
                var server = workload.StartsWith("db-", StringComparison.Ordinal) ? Measured.Uncached : Measured.Cached;
                AtLeast($"{workload}, {sizes[^1]:N0} rows against {sizes[0]:N0}", 0.9, results.Ratio((workload, server, sizes[^1]), (workload, server, sizes[0])));
            }
        }

        var api = results.Measurements.Where(one => one.Server is Measured.Cached or Measured.Uncached).ToList();
        if (api.Count > 0)
        {
            var tails = api.Where(one => one.Connections == 64).GroupBy(one => one.Series)
                .Select(series => (series.Key, Ratio: Results.Median(series.Select(one => one.P99 / one.P50)))).ToList();
            if (tails.Count > 0)
            {
                var worst = tails.MaxBy(tail => tail.Ratio);
                AtMost($"p99 of p50 at 64 connections, the worst ({worst.Key.Workload}, {worst.Key.Rows:N0} rows)", 4, worst.Ratio);
            }

            AtMost("errors", 0, api.Sum(one => one.Errors) + results.Hey.Sum(run => run.Errors));
            AtMost($"RSS under load, MiB, {sizes[^1]:N0} rows", 250, api.Where(one => one.Rows == sizes[^1]).Max(one => one.RssMiB));
        }

        if (results.StartSeconds.Count > 0) AtMost("start to healthy, seconds", 1.5, Results.Median(results.StartSeconds));
        return targets;

        void AtLeast(string what, double goal, double? value)
        {
            if (value is { } known) targets.Add(new Target(what, $"≥ {goal}", known, known >= goal));
        }

        void AtMost(string what, double goal, double? value)
        {
            if (value is { } known) targets.Add(new Target(what, $"≤ {goal}", known, known <= goal));
        }
    }
}
