namespace Opportunities.Data;

/// <summary>The current state of the opportunity forbids what was asked; nothing was changed. Answered with 409.</summary>
public class ConflictException(string message) : Exception(message)
{
    /// <summary>The legal next states, where the refusal was of a status change.</summary>
    public IReadOnlyList<OpportunityStatus>? Allowed { get; init; }

    /// <summary>The names of the collections that lack an entry, where that was the reason.</summary>
    public IReadOnlyList<string>? Missing { get; init; }
}
