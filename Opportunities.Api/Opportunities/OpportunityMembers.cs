using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>The input members of an opportunity, for JSON, CSV, query strings and the OpenAPI document alike.</summary>
internal static class OpportunityMembers
{
    public static readonly TextMember Title = new("title", 1, OpportunityLimits.Title);
    public static readonly TextMember Description = new("description", 1, OpportunityLimits.Description);
    public static readonly TextMember ClientName = new("client_name", 1, OpportunityLimits.ClientName);
    public static readonly MoneyMember EstimatedBudget = new("estimated_budget");
    public static readonly TimeMember EstimatedStartDate = new("estimated_start_date");
    public static readonly TimeMember EstimatedEndDate = new("estimated_end_date");
    public static readonly EnumMember<Priority> Priority = new("priority");
    public static readonly EnumMember<OpportunityStatus> Status = new("status");
    public static readonly EnumMember<OpportunityStatus> NewStatus = new("new_status");
    public static readonly TextMember Reason = new("reason", 1, OpportunityLimits.Reason);

    /// <summary>What a new opportunity must say.</summary>
    public static readonly IMember[] RequiredToCreate = [Title, Description, ClientName, EstimatedBudget, EstimatedStartDate, EstimatedEndDate];

    /// <summary>What a new opportunity may say.</summary>
    public static readonly IMember[] OptionalToCreate = [Priority, Status];

    /// <summary>What is wrong with a new opportunity that has another status than the first one.</summary>
    public const string MustBeDraft = "must be DRAFT: an opportunity begins as a draft.";
}
