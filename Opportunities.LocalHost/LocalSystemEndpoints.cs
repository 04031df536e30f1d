using System.Text.Json.Serialization;

namespace Opportunities.LocalHost;

/// <summary>The URLs of a running system.</summary>
public sealed record LocalSystemEndpoints
{
    /// <summary>The HTTP API, without a path.</summary>
    [JsonPropertyName("api")]
    public required string Api { get; init; }

    /// <summary>The development token issuer.</summary>
    [JsonPropertyName("identity")]
    public required string Identity { get; init; }

    /// <summary>The dashboard; null where there is none.</summary>
    [JsonPropertyName("dashboard")]
    public string? Dashboard { get; init; }

    /// <summary>The database, as <c>psql</c> takes it.</summary>
    [JsonPropertyName("postgres")]
    public required string Postgres { get; init; }

    /// <summary>The Redis server, as <c>redis-cli -u</c> takes it.</summary>
    [JsonPropertyName("cache")]
    public required string Cache { get; init; }
}
