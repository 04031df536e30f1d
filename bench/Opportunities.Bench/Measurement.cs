using System.Globalization;
using System.Text.Json.Serialization;

namespace Opportunities.Bench;

/// <summary>What one run of the generator against one server gave.</summary>
internal sealed record Measurement
{
    public required string Workload { get; init; }

    public required string Server { get; init; }

    public required int Rows { get; init; }

    public required int Connections { get; init; }

    public required int Round { get; init; }

    public required double PerSecond { get; init; }

    /// <summary>Microseconds, as the following ones.</summary>
    public required double P50 { get; init; }

    public required double P90 { get; init; }

    public required double P99 { get; init; }

    public required long Errors { get; init; }

    /// <summary>Of the server's process, for each request.</summary>
    public double? CpuMicroseconds { get; init; }

    /// <summary>Of PostgreSQL's processes, for each request.</summary>
    public double? DatabaseCpuMicroseconds { get; init; }

    /// <summary>By the server's process, for each request.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>The largest resident memory of the server's process meanwhile.</summary>
    public double? RssMiB { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Workload,-16} {Server,-15} {Rows,9:N0} rows  {Connections,3} connections  {PerSecond,8:N0}/s  "
        + $"p50 {P50 / 1000,7:0.00} ms  p99 {P99 / 1000,7:0.00} ms  cpu {CpuMicroseconds,5:0} µs, "
        + $"postgres {DatabaseCpuMicroseconds,5:0} µs  {AllocatedBytes / 1024,6:0.0} KiB  "
        + $"rss {RssMiB,4:0} MiB  {Errors} errors");

    [JsonIgnore]
    public (string Workload, string Server, int Rows, int Connections) Series => (Workload, Server, Rows, Connections);
}
