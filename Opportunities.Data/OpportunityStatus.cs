namespace Opportunities.Data;

/// <summary>Where an opportunity stands in its life. <see cref="Lifecycle"/> says which moves are legal.</summary>
public enum OpportunityStatus
{
    /// <summary>Being written; the only state an opportunity is created in.</summary>
    Draft,

    /// <summary>Handed in for review.</summary>
    Submitted,

    /// <summary>Architects are being matched to the need.</summary>
    MatchingInProgress,

    /// <summary>Candidates were found.</summary>
    MatchesFound,

    /// <summary>An architect was chosen; members, requirements and attachments are locked from here on.</summary>
    ArchitectSelected,

    /// <summary>Delivered; final.</summary>
    Completed,

    /// <summary>Given up; can be reactivated within <see cref="Lifecycle.ReactivationPeriod"/>.</summary>
    Cancelled,
}
