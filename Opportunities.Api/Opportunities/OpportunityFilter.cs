using System.Text.Json.Serialization;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>Which opportunities a list, summary or export is about. All conditions must hold; absent ones are null or empty.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
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

    private static readonly OpportunityFilter _all = new();

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

    /// <summary>Reads the parameters of a request that takes no others.</summary>
    /// <exception cref="ApiException">400 with everything that is wrong.</exception>
    public static OpportunityFilter Read(HttpContext context)
    {
        var input = new QueryInput(context.Request.Query);
        var filter = Read(input, context.User.GetCaller());
        input.ThrowIfInvalid();
        return filter;
    }

    /// <summary>
    /// Whether the filter asks for no more than owner, state and priority, so that the database has counted the rows already: see
    /// <see cref="OpportunityCounts"/>.
    /// </summary>
    public bool IsCounted => this with { Status = [], Priority = [], CreatedBy = null } == _all;

    /// <summary>
    /// Adds the condition that keeps the rows that the filter is about, of those that the caller may see: rows that it may not see are never
    /// read, counted or paged over.
    /// </summary>
    public Statement AddTo(Statement statement, Caller caller)
    {
        statement.Add(" WHERE deleted_at IS NULL");
        AddCountedTo(statement, caller);
        if (ClientName is not null) statement.Add($" AND client_name = {ClientName}");
        if (MinBudget is { } minBudget) statement.Add($" AND estimated_budget >= {minBudget}");
        if (MaxBudget is { } maxBudget) statement.Add($" AND estimated_budget <= {maxBudget}");
        if (StartsFrom is { } startsFrom) statement.Add($" AND estimated_start_date >= {startsFrom}");
        if (StartsTo is { } startsTo) statement.Add($" AND estimated_start_date <= {startsTo}");
        if (CreatedFrom is { } createdFrom) statement.Add($" AND created_at >= {createdFrom}");
        if (CreatedTo is { } createdTo) statement.Add($" AND created_at <= {createdTo}");
        // plainto_tsquery takes any text: every word must occur, and nothing in it is an operator.
        if (Query is not null) statement.Add($" AND search_vector @@ plainto_tsquery('simple', {Query})");
        return statement;
    }

    /// <summary>Adds the part of the condition that is about owner, state and priority.</summary>
    public Statement AddCountedTo(Statement statement, Caller caller)
    {
        if (!caller.ReadsAll) statement.Add($" AND created_by = {caller.Subject}");
        if (CreatedBy is not null) statement.Add($" AND created_by = {CreatedBy}");
        if (Status.Length == 1) statement.Add($" AND status = {WireName<OpportunityStatus>.Of(Status[0])}");
        if (Status.Length > 1) statement.Add($" AND status = ANY ({Status.Select(WireName<OpportunityStatus>.Of).ToArray()})");
        if (Priority.Length == 1) statement.Add($" AND priority = {(short)Priority[0]}");
        if (Priority.Length > 1) statement.Add($" AND priority = ANY ({Priority.Select(static priority => (short)priority).ToArray()})");
        return statement;
    }
}
