using System.Text;

namespace Opportunities.Testing;

/// <summary>A metric as a service exported it.</summary>
/// <param name="Meter">The meter that it is of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsTotal">Whether its values are totals since the process began, from which a receiver makes differences.</param>
public sealed record ReceivedMetric(string Meter, string Name, string Unit, bool IsTotal);

/// <summary>Reads the metrics out of an ExportMetricsServiceRequest of OTLP, by the numbers of its fields.</summary>
internal static class OtlpMetrics
{
    private const int Sum = 7;
    private const int Histogram = 9;
    private const byte Cumulative = 2;

    public static IEnumerable<ReceivedMetric> Read(byte[] request) =>
        from resource in OtlpSpans.Fields(request).Where(static field => field.Number == 1)
        from scope in OtlpSpans.Fields(resource.Bytes).Where(static field => field.Number == 2)
        let fields = OtlpSpans.Fields(scope.Bytes)
        from metric in fields.Where(static field => field.Number == 2)
        select Metric(Text(OtlpSpans.Fields(OtlpSpans.First(fields, 1)), 1), OtlpSpans.Fields(metric.Bytes));

    private static ReceivedMetric Metric(string meter, List<(int Number, byte[] Bytes)> fields) =>
        new(meter, Text(fields, 1), Text(fields, 3), fields.Where(static field => field.Number is Sum or Histogram)
            .Any(static data => OtlpSpans.First(OtlpSpans.Fields(data.Bytes), 2) is [Cumulative]));

    private static string Text(List<(int Number, byte[] Bytes)> fields, int number) =>
        Encoding.UTF8.GetString(OtlpSpans.First(fields, number));
}
