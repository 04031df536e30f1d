namespace Opportunities.Bench;

/// <summary>What a figure shall be, and what it is.</summary>
/// <param name="What">The figure.</param>
/// <param name="Goal">What it shall be, in words.</param>
/// <param name="Value">What was measured.</param>
/// <param name="IsMet">Whether it is so.</param>
internal sealed record Target(string What, string Goal, double Value, bool IsMet)
{
    /// <summary>What a small table is measured with, and with how many connections, for the targets that need no other.</summary>
    public static readonly IReadOnlyDictionary<string, int[]> Workloads = new Dictionary<string, int[]>
    {
        ["list"] = [64],
        ["item"] = [64],
        ["db-item"] = [64],
        ["create"] = [1, 64],
        ["update"] = [64],
        ["status"] = [64],
        ["mixed"] = [64],
        ["batch"] = [1, 64],
    };

    /// <summary>All targets of which this run has the figures.</summary>
    public static IReadOnlyList<Target> Of(Results results)
    {
        var targets = new List<Target>();
        var sizes = results.Measurements.Select(one => one.Rows).Distinct().Order().ToList();
        foreach (var rows in sizes)
        {
            AtLeast(
                $"list page 0, cached, of `redis`, {rows:N0} rows", 1,
                results.Ratio(("list", Measured.Cached, rows), ("list", Measured.Redis, rows)));
            AtLeast(
                $"item, cached, of `redis`, {rows:N0} rows", 0.9,
                results.Ratio(("item", Measured.Cached, rows), ("item", Measured.Redis, rows)));
            AtLeast(
                $"item, cached, of `redis-jwt`, {rows:N0} rows", 1,
                results.Ratio(("item", Measured.Cached, rows), ("item", Measured.RedisJwt, rows)));
            AtLeast(
                $"mixed (90 % item, 9 % list, 1 % write), of `redis` item, {rows:N0} rows", 0.5,
                results.Ratio(("mixed", Measured.Cached, rows), ("item", Measured.Redis, rows)));
            AtLeast(
                $"item, cache off, of `raw`, {rows:N0} rows", 0.75,
                results.Ratio(("db-item", Measured.Uncached, rows), ("db-item", Measured.Raw, rows)));
            AtLeast(
                $"create, durable, with history, event and counts, of `raw` insert, {rows:N0} rows", 0.6,
                results.Ratio(("create", Measured.Cached, rows), ("create", Measured.Raw, rows)));
            AtLeast(
                $"batch of 500 creates, of COPY of the same rows, {rows:N0} rows", 0.3,
                results.Ratio(("batch", Measured.Cached, rows), ("batch", Measured.Raw, rows)));
            // Many at once say something else: they keep the machine busy either way.
            AtMost(
                $"one client's batch of 500 creates, of the time of 500 single ones, {rows:N0} rows", 0.1,
                results.Ratio(("create", Measured.Cached, rows), ("batch", Measured.Cached, rows), connections: 1) / 500);
            foreach (var workload in (string[])["update", "status"])
            {
                AtLeast(
                    $"{workload}, durable, with history and event, of `raw` update, {rows:N0} rows", 0.4,
                    results.Ratio((workload, Measured.Cached, rows), ("update", Measured.Raw, rows)));
            }

            AtMost(
                $"PostgreSQL's CPU for a create, µs, {rows:N0} rows", 200,
                results.Median("create", Measured.Cached, rows, one => one.DatabaseCpuMicroseconds));
            AtMost(
                $"the API's CPU for a create, µs, {rows:N0} rows", 150,
                results.Median("create", Measured.Cached, rows, one => one.CpuMicroseconds));
            AtMost(
                $"the API's CPU for an update, µs, {rows:N0} rows", 200,
                results.Median("update", Measured.Cached, rows, one => one.CpuMicroseconds));
            Tails(rows);
        }

        if (sizes.Count > 1)
        {
            foreach (var workload in Workload.All.Where(
                workload => !workload.IsWrite && !workload.Name.StartsWith("feed", StringComparison.Ordinal)))
            {
                var server = workload.Servers[0];
                AtLeast(
                    $"{workload.Name}, {sizes[^1]:N0} rows against {sizes[0]:N0}", 0.9,
                    results.Ratio((workload.Name, server, sizes[^1]), (workload.Name, server, sizes[0])));
            }
        }

        var api = results.Measurements.Where(one => one.Server is Measured.Cached or Measured.Uncached).ToList();
        if (api.Count > 0)
        {
            AtMost("errors", 0, api.Sum(one => one.Errors) + results.Hey.Sum(run => run.Errors));
            AtMost($"RSS under load, MiB, {sizes[^1]:N0} rows", 220, api.Where(one => one.Rows == sizes[^1]).Max(one => one.RssMiB));
        }

        if (results.StartSeconds.Count > 0) AtMost("start to healthy, seconds", 1.2, Results.Median(results.StartSeconds));
        return targets;

        // The floors' own tails are those of the machine.
        void Tails(int rows)
        {
            var worst = Workload.All.Where(workload => workload.Servers.Length > 1)
                .Select(workload => (workload.Name,
                    Ratio: Tail(workload.Name, workload.Servers[0], rows) / Tail(workload.Name, workload.Servers[1], rows)))
                .Where(pair => pair.Ratio is not null).OrderByDescending(pair => pair.Ratio).FirstOrDefault();
            AtMost($"p99 of p50 at 64 connections, of the floor's own, the worst ({worst.Name}, {rows:N0} rows)", 1.5, worst.Ratio);
        }

        double? Tail(string workload, string server, int rows) => results.Median(workload, server, rows, one => one.P99 / one.P50);

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
