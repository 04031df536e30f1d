namespace Opportunities.Data;

/// <summary>The one table of legal status changes, and what each state permits.</summary>
public static class Lifecycle
{
    /// <summary>How long after its cancellation an opportunity can be reactivated.</summary>
    public static readonly TimeSpan ReactivationPeriod = TimeSpan.FromDays(90);

    /// <summary>For how many days after its deletion an opportunity can be restored.</summary>
    public const int RestorableDays = 90;

    /// <summary>The states that may follow a status, in the order of the lifecycle, whatever the time. None for a final one.</summary>
    public static IReadOnlyList<OpportunityStatus> Next(OpportunityStatus status) => status switch
    {
        OpportunityStatus.Draft => [OpportunityStatus.Submitted, OpportunityStatus.Cancelled],
        OpportunityStatus.Submitted => [OpportunityStatus.Draft, OpportunityStatus.MatchingInProgress, OpportunityStatus.Cancelled],
        OpportunityStatus.MatchingInProgress => [OpportunityStatus.MatchesFound, OpportunityStatus.Cancelled],
        OpportunityStatus.MatchesFound =>
            [OpportunityStatus.MatchingInProgress, OpportunityStatus.ArchitectSelected, OpportunityStatus.Cancelled],
        OpportunityStatus.ArchitectSelected => [OpportunityStatus.Completed, OpportunityStatus.Cancelled],
        OpportunityStatus.Completed => [],
        OpportunityStatus.Cancelled => [OpportunityStatus.Draft],
        // One that a later build has added: what may follow it is that build's to say.
        _ => [],
    };

    /// <summary>Whether members, requirements and attachments may still change.</summary>
    /// <returns><see langword="false"/> once an architect is selected, the work is completed, or the opportunity is cancelled.</returns>
    public static bool IsEditable(OpportunityStatus status) => status is OpportunityStatus.Draft or OpportunityStatus.Submitted
        or OpportunityStatus.MatchingInProgress or OpportunityStatus.MatchesFound;

    /// <summary>Whether the opportunity may be deleted.</summary>
    /// <returns><see langword="false"/> where an architect is bound to it or was.</returns>
    public static bool IsDeletable(OpportunityStatus status) => IsEditable(status) || status is OpportunityStatus.Cancelled;
}
