namespace Opportunities.Api.Errors;

/// <summary>Every error answer of the API: RFC 9457 problem details with the members that the contract adds.</summary>
public sealed record Problem
{
    /// <summary>The kind of problem as a URI that never changes.</summary>
    [MaxLength(100)]
    public required string Type { get; init; }

    /// <summary>The kind of problem, for people.</summary>
    [MaxLength(100)]
    public required string Title { get; init; }

    /// <summary>The HTTP status code.</summary>
    [Range(400, 599)]
    public required int Status { get; init; }

    /// <summary>This occurrence, for people.</summary>
    [MaxLength(1000)]
    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    [MaxLength(16384)]
    public required string Instance { get; init; }

    /// <summary>The request's id, as in <c>X-Request-ID</c>, the logs and the trace.</summary>
    [MaxLength(128)]
    public required string RequestId { get; init; }

    /// <summary>The offending members or parameters, each with what is wrong with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The legal next states, where a status change was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [MaxLength(7)]
    public IReadOnlyList<OpportunityStatus>? Allowed { get; init; }

    /// <summary>The collections that lack an entry, where that was the reason.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [MaxLength(2)]
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Where to begin again with the changes, where those after the cursor are gone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [MaxLength(4096)]
    public string? OldestCursor { get; init; }
}
