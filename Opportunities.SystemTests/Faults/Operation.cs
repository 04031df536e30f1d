namespace Opportunities.SystemTests.Faults;

/// <summary>What a client asked for.</summary>
internal enum OperationKind
{
    Create,
    Upsert,
    Update,
    ChangeStatus,
    AddSkill,
    RemoveSkill,
    Delete,
    Read,
    List,
}

/// <summary>A request and its answer, as the client saw them.</summary>
/// <param name="Kind">What it asked for.</param>
/// <param name="Token">A text by which the write is found in the history; the same for a repeat with the same idempotency key. Empty
/// for a read.</param>
/// <param name="Opportunity">Which one; null for a list, and for a creation without an answer.</param>
internal sealed record Operation(OperationKind Kind, string Token, Guid? Opportunity)
{
    /// <summary>When it was sent, and when its answer was there, on the clock of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Began { get; init; }

    /// <inheritdoc cref="Began"/>
    public long Ended { get; init; }

    /// <summary>The status code; 0 where there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>Why there was no answer.</summary>
    public string? Failure { get; init; }

    /// <summary>The version that a write made.</summary>
    public int? Version { get; init; }

    /// <summary>The opportunities that a read showed.</summary>
    public IReadOnlyList<Shown> Shown { get; init; } = [];

    /// <summary>The client whose opportunities a list is of; null where it may be of everybody's.</summary>
    public string? ListOf { get; init; }

    public bool IsWrite => Token.Length > 0;

    public bool IsAcknowledged => Status is >= 200 and < 300;

    /// <summary>Whether the answer says that nothing was done.</summary>
    public bool IsRefused => Status is >= 400 and < 500;
}

/// <summary>An opportunity in an answer.</summary>
internal readonly record struct Shown(Guid Id, int Version, string Title);
