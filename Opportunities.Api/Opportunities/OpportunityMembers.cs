using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>What a request can say of an opportunity: each member's rule, for JSON, CSV, queries and the OpenAPI document alike.</summary>
internal static class OpportunityMembers
{
    public static readonly TextMember Title = new("title", 1, OpportunityLimits.Title);
    public static readonly TextMember Description = new("description", 1, OpportunityLimits.Description);
    public static readonly TextMember ClientName = new("client_name", 1, OpportunityLimits.ClientName);
    public static readonly MoneyMember EstimatedBudget = new("estimated_budget");
    public static readonly TimeMember EstimatedStartDate = new("estimated_start_date");
    public static readonly TimeMember EstimatedEndDate = new("estimated_end_date");
    public static readonly EnumMember<Priority> Priority = new("priority");
    public static readonly ExternalIdMember ExternalId = new("external_id");
    public static readonly EnumMember<OpportunityStatus> Status = new("status");
    public static readonly TextMember Reason = new("reason", 1, OpportunityLimits.Reason);

    /// <summary>Reads a new opportunity: from the body of a POST, or from a row of a file.</summary>
    public static OpportunityContent ReadNew(MemberReader input)
    {
        var content = Read(input, isNew: true, current: null);
        if (input.Optional(Status, OpportunityStatus.Draft) != OpportunityStatus.Draft)
            input.Refuse(Status, "must be DRAFT: an opportunity begins as a draft.");
        if (content.EndError is { } error) input.Refuse(EstimatedEndDate, error);
        return content;
    }

    /// <summary>Reads a change. Members that are not sent stay as they are now; without these the input is only checked.</summary>
    public static OpportunityContent ReadUpdate(OpportunityContent? current, MemberReader input) => Read(input, isNew: false, current);

    private static OpportunityContent Read(MemberReader input, bool isNew, OpportunityContent? current)
    {
        return new()
        {
            Title = Value(Title, content => content.Title),
            Description = Value(Description, content => content.Description),
            ClientName = Value(ClientName, content => content.ClientName),
            EstimatedBudget = Value(EstimatedBudget, content => content.EstimatedBudget),
            EstimatedStartDate = Value(EstimatedStartDate, content => content.EstimatedStartDate),
            EstimatedEndDate = Value(EstimatedEndDate, content => content.EstimatedEndDate),
            Priority = input.Optional(Priority, current?.Priority ?? Data.Priority.Medium),
            ExternalId = input.Optional(ExternalId, current?.ExternalId),
        };

        T Value<T>(Member<T> member, Func<OpportunityContent, T> get) =>
            isNew ? input.Required(member) : input.Optional(member, current is null ? default! : get(current));
    }
}
