using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>Which opportunities a list, summary or export is about. All conditions must hold; absent ones are null or empty.</summary>
internal sealed record OpportunityFilter
{
    public static readonly TextMember CreatedByMember = new("created_by", 1, OpportunityLimits.Subject);
    public static readonly TextMember QueryMember = new("q", 1, 200);
    public static readonly MoneyMember MinBudgetMember = new("min_budget", allowZero: true);
    public static readonly MoneyMember MaxBudgetMember = new("max_budget", allowZero: true);
    public static readonly TimeMember StartsFromMember = new("starts_from");
    public static readonly TimeMember StartsToMember = new("starts_to");
    public static readonly TimeMember CreatedFromMember = new("created_from");
    public static readonly TimeMember CreatedToMember = new("created_to");

    /// <summary>The parameters, as the OpenAPI document lists them.</summary>
    public static readonly IMember[] Members =
    [
        OpportunityMembers.Status, OpportunityMembers.Priority, OpportunityMembers.ClientName, CreatedByMember, QueryMember, MinBudgetMember,
        MaxBudgetMember, StartsFromMember, StartsToMember, CreatedFromMember, CreatedToMember,
    ];

    public OpportunityStatus[] Status { get; init; } = [];

    public Priority[] Priority { get; init; } = [];

    public string? ClientName { get; init; }

    public string? CreatedBy { get; init; }

    public string? Query { get; init; }

    public decimal? MinBudget { get; init; }

    public decimal? MaxBudget { get; init; }

    public DateTime? StartsFrom { get; init; }

    public DateTime? StartsTo { get; init; }

    public DateTime? CreatedFrom { get; init; }

    public DateTime? CreatedTo { get; init; }

    /// <summary>Reads the parameters; what is wrong is noted in the input.</summary>
    public static OpportunityFilter Read(QueryInput input, Caller caller)
    {
        var createdBy = input.Text(CreatedByMember);
        var filter = new OpportunityFilter
        {
            Status = input.Many(OpportunityMembers.Status),
            Priority = input.Many(OpportunityMembers.Priority),
            ClientName = input.Text(OpportunityMembers.ClientName),
            CreatedBy = createdBy == "me" ? caller.Subject : createdBy,
            Query = input.Text(QueryMember),
            MinBudget = input.Value(MinBudgetMember),
            MaxBudget = input.Value(MaxBudgetMember),
            StartsFrom = input.Value(StartsFromMember),
            StartsTo = input.Value(StartsToMember),
            CreatedFrom = input.Value(CreatedFromMember),
            CreatedTo = input.Value(CreatedToMember),
        };
        if (filter.MinBudget > filter.MaxBudget) input.Refuse(MinBudgetMember, "must not be above max_budget.");
        if (filter.StartsFrom > filter.StartsTo) input.Refuse(StartsFromMember, "must not be after starts_to.");
        if (filter.CreatedFrom > filter.CreatedTo) input.Refuse(CreatedFromMember, "must not be after created_to.");
        return filter;
    }

    /// <summary>Keeps the rows that the filter is about.</summary>
    public IQueryable<Opportunity> Apply(IQueryable<Opportunity> rows)
    {
        if (Status.Length == 1) rows = rows.Where(o => o.Status == Status[0]);
        if (Status.Length > 1) rows = rows.Where(o => Status.Contains(o.Status));
        if (Priority.Length == 1) rows = rows.Where(o => o.Priority == Priority[0]);
        if (Priority.Length > 1) rows = rows.Where(o => Priority.Contains(o.Priority));
        if (ClientName is not null) rows = rows.Where(o => o.ClientName == ClientName);
        if (CreatedBy is not null) rows = rows.Where(o => o.CreatedBy == CreatedBy);
        if (MinBudget is not null) rows = rows.Where(o => o.EstimatedBudget >= MinBudget);
        if (MaxBudget is not null) rows = rows.Where(o => o.EstimatedBudget <= MaxBudget);
        if (StartsFrom is not null) rows = rows.Where(o => o.EstimatedStartDate >= StartsFrom);
        if (StartsTo is not null) rows = rows.Where(o => o.EstimatedStartDate <= StartsTo);
        if (CreatedFrom is not null) rows = rows.Where(o => o.CreatedAt >= CreatedFrom);
        if (CreatedTo is not null) rows = rows.Where(o => o.CreatedAt <= CreatedTo);
        // plainto_tsquery takes any text: every word must occur, and nothing in it is an operator.
        if (Query is not null)
        {
            rows = rows.Where(o => EF.Property<NpgsqlTsVector>(o, "SearchVector").Matches(EF.Functions.PlainToTsQuery("simple", Query)));
        }

        return rows;
    }
}
