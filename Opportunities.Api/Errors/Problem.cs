using System.Text.Json.Serialization;

namespace Opportunities.Api.Errors;

/// <summary>Every error answer of the API: RFC 9457 problem details with the members that the contract adds.</summary>
public sealed record Problem
{
    /// <summary>The kind of problem as a URI that never changes.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem, for people.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status code.</summary>
    public required int Status { get; init; }

    /// <summary>This occurrence, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public required string Instance { get; init; }

    /// <summary>The request's id, as in <c>X-Request-ID</c>, the logs and the trace.</summary>
    public required string RequestId { get; init; }

    /// <summary>The offending members or parameters, each with what is wrong with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The legal next states, where a status change was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>The collections that lack an entry, where that was the reason.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Missing { get; init; }
}
