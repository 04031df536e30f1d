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

    /// <summary>By the server's process, for each request.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>The largest resident memory of the server's process meanwhile.</summary>
    public double? RssMiB { get; init; }

    [JsonIgnore]
    public (string Workload, string Server, int Rows, int Connections) Series => (Workload, Server, Rows, Connections);
}
