namespace Opportunities.Bench;

/// <summary>All that a run measured.</summary>
internal sealed class Results
{
    public DateTime At { get; } = DateTime.UtcNow;

    public required Machine Machine { get; init; }

    public required BenchOptions Options { get; init; }

    public List<Measurement> Measurements { get; } = [];

    /// <summary>From the start of the API's process to the first 200 of /health.</summary>
    public List<double> StartSeconds { get; } = [];

    public List<HeyRun> Hey { get; } = [];

    /// <summary>The median over the rounds of one figure; null where it was not measured.</summary>
    public double? Median(string workload, string server, int rows, Func<Measurement, double?> figure, int connections = 64)
    {
        var values = Of(workload, server, rows, connections).Select(figure).OfType<double>().ToList();
        return values.Count == 0 ? null : Median(values);
    }

    /// <summary>The median over the rounds of the ratio of two servers' requests a second in the same round.</summary>
    public double? Ratio(
        (string Workload, string Server, int Rows) of, (string Workload, string Server, int Rows) to, int connections = 64)
    {
        var floors = Of(to.Workload, to.Server, to.Rows, connections).ToDictionary(one => one.Round, one => one.PerSecond);
        var ratios = Of(of.Workload, of.Server, of.Rows, connections)
            .Where(one => floors.ContainsKey(one.Round)).Select(one => one.PerSecond / floors[one.Round]).ToList();
        return ratios.Count == 0 ? null : Median(ratios);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private IEnumerable<Measurement> Of(string workload, string server, int rows, int connections) =>
        Measurements.Where(one => one.Series == (workload, server, rows, connections));
}

/// <summary>One run of hey on the list.</summary>
/// <param name="Requests">How many.</param>
/// <param name="Connections">At a time.</param>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="Errors">Requests that were not answered with 200.</param>
internal sealed record HeyRun(int Requests, int Connections, double PerSecond, double P99, long Errors);
