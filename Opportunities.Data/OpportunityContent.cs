namespace Opportunities.Data;

/// <summary>What a person writes about an opportunity.</summary>
/// <param name="Title">1–<see cref="OpportunityLimits.Title"/> code points.</param>
/// <param name="Description">1–<see cref="OpportunityLimits.Description"/> code points.</param>
/// <param name="ClientName">1–<see cref="OpportunityLimits.ClientName"/> code points.</param>
/// <param name="EstimatedBudget">Above 0, up to <see cref="OpportunityLimits.Budget"/>, at most two decimals.</param>
/// <param name="EstimatedStartDate">UTC.</param>
/// <param name="EstimatedEndDate">UTC, after the start.</param>
/// <param name="Priority">The urgency.</param>
public sealed record OpportunityContent(
    string Title,
    string Description,
    string ClientName,
    decimal EstimatedBudget,
    DateTime EstimatedStartDate,
    DateTime EstimatedEndDate,
    Priority Priority)
{
    /// <summary>What is wrong with the end; null where it comes after the start.</summary>
    public string? EndError => EstimatedEndDate > EstimatedStartDate ? null : "must be after estimated_start_date.";
}
