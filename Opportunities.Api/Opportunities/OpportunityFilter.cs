using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>Which opportunities a list, summary or export is about. All conditions must hold; absent ones are null or empty.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OpportunityFilter
{
    private static readonly TextMember _createdBy = new("created_by", 1, OpportunityLimits.Subject);
    private static readonly SubjectMember _owner = new("owner", takesMe: true);
    private static readonly TextMember _query = new("q", 1, 200);
    private static readonly MoneyMember _minBudget = new("min_budget", allowZero: true);
    private static readonly MoneyMember _maxBudget = new("max_budget", allowZero: true);
    private static readonly TimeMember _startsFrom = new("starts_from");
    private static readonly TimeMember _startsTo = new("starts_to");
    private static readonly TimeMember _createdFrom = new("created_from");
    private static readonly TimeMember _createdTo = new("created_to");
    private static readonly TimeMember _updatedFrom = new("updated_from");
    private static readonly TimeMember _updatedTo = new("updated_to");
    private static readonly ExternalSourceMember _externalSource = new("external_source");
    private static readonly TextMember _externalId = new("external_id", 1, OpportunityLimits.ExternalId);
    private static readonly Caller _nobody = new("", Permissions.None);
    private static readonly OpportunityFilter _all = new();

    public OpportunityStatus[] Status { get; init; } = [];
    public Priority[] Priority { get; init; } = [];
    public string? ClientName { get; init; }
    public string? CreatedBy { get; init; }
    public string? Owner { get; init; }
    public string? Query { get; init; }
    public string? ExternalSource { get; init; }
    public string? ExternalId { get; init; }
    public decimal? MinBudget { get; init; }
    public decimal? MaxBudget { get; init; }
    public DateTime? StartsFrom { get; init; }
    public DateTime? StartsTo { get; init; }
    public DateTime? CreatedFrom { get; init; }
    public DateTime? CreatedTo { get; init; }
    public DateTime? UpdatedFrom { get; init; }
    public DateTime? UpdatedTo { get; init; }

    /// <summary>Whether it is about what was deleted and can be restored, which an administrator alone sees.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deleted { get; init; }

    public static OpportunityFilter Read(QueryInput input, Caller caller)
    {
        var filter = new OpportunityFilter
        {
            Status = input.Many(OpportunityMembers.Status, "Only these states; repeatable."),
            Priority = input.Many(OpportunityMembers.Priority, "Only these urgencies; repeatable."),
            ClientName = input.Text(OpportunityMembers.ClientName, "Exactly this client."),
            CreatedBy = Subject(input.Text(_createdBy, "Created by this subject; me is the caller.")),
            Owner = Subject(input.Text(_owner, "Owned by this subject; me is the caller.")),
            Query = input.Text(
                _query,
                "Words, or beginnings of words, that all occur in title, description or client name, "
                + "whatever their case, accents and width. "
                + "/ . - _ @ ' & part words and join them: the parts of a joined word stand side by side. "
                + "What is written without spaces is found by its parts. Without any letter or digit nothing is found."),
            ExternalSource = input.Text(_externalSource, "Those that this other system calls something."),
            ExternalId = input.Text(_externalId, "What that other system calls it: exactly this; beside external_source."),
            MinBudget = input.Value(_minBudget, "At least this budget."),
            MaxBudget = input.Value(_maxBudget, "At most this budget."),
            StartsFrom = input.Value(_startsFrom, "Starting at this time or later."),
            StartsTo = input.Value(_startsTo, "Starting at this time or earlier."),
            CreatedFrom = input.Value(_createdFrom, "Created at this time or later."),
            CreatedTo = input.Value(_createdTo, "Created at this time or earlier."),
            UpdatedFrom = input.Value(_updatedFrom, "Last changed at this time or later."),
            UpdatedTo = input.Value(_updatedTo, "Last changed at this time or earlier."),
        };
        if (filter.MinBudget > filter.MaxBudget) input.Refuse(_minBudget, "must not be above max_budget.");
        if (filter.StartsFrom > filter.StartsTo) input.Refuse(_startsFrom, "must not be after starts_to.");
        if (filter.CreatedFrom > filter.CreatedTo) input.Refuse(_createdFrom, "must not be after created_to.");
        if (filter.UpdatedFrom > filter.UpdatedTo) input.Refuse(_updatedFrom, "must not be after updated_to.");
        if (filter.ExternalId is not null && !input.Has(_externalSource)) input.Refuse(_externalId, "needs external_source beside it.");
        return filter;

        string? Subject(string? text) => text == SubjectMember.Me ? caller.Subject : text;
    }

    public static void Describe(QueryInput input) => Read(input, _nobody);

    /// <summary>Reads the parameters of a request that takes no others.</summary>
    /// <exception cref="ApiException">400 with everything that is wrong.</exception>
    public static OpportunityFilter Read(HttpContext context) =>
        QueryInput.Read(context, input => Read(input, context.User.GetCaller()));

    /// <summary>
    /// Whether the filter asks for no more than owner or creator, state and priority, so that the database has counted the rows already
    /// (<see cref="OpportunityCounts"/>). Those of a creator are counted over all owners, which not every caller may see.
    /// </summary>
    public bool IsCountedFor(Caller caller) =>
        this with { Status = [], Priority = [], CreatedBy = null, Owner = null } == _all
        && (CreatedBy is null || (Owner is null && caller.ReadsAll));

    /// <summary>Adds the condition that keeps the rows that the filter is about, of those that the caller may see.</summary>
    /// <param name="terms">Those of <see cref="Query"/>, where there is one.</param>
    public SqlBuilder AddTo(SqlBuilder statement, Caller caller, SearchTerms? terms)
    {
        AddCountedTo(Deleted ? statement.AddRestorable() : statement.AddVisible(caller));
        if (ClientName is not null) statement.Add($" AND client_name = {ClientName}");
        if (ExternalSource is not null) statement.Add($" AND external_source = {ExternalSource}");
        if (ExternalId is not null) statement.Add($" AND external_id = {ExternalId}");
        if (MinBudget is { } minBudget) statement.Add($" AND estimated_budget >= {minBudget}");
        if (MaxBudget is { } maxBudget) statement.Add($" AND estimated_budget <= {maxBudget}");
        if (StartsFrom is { } startsFrom) statement.Add($" AND estimated_start_date >= {startsFrom}");
        if (StartsTo is { } startsTo) statement.Add($" AND estimated_start_date <= {startsTo}");
        if (CreatedFrom is { } createdFrom) statement.Add($" AND created_at >= {createdFrom}");
        if (CreatedTo is { } createdTo) statement.Add($" AND created_at <= {createdTo}");
        if (UpdatedFrom is { } updatedFrom) statement.Add($" AND updated_at >= {updatedFrom}");
        if (UpdatedTo is { } updatedTo) statement.Add($" AND updated_at <= {updatedTo}");
        if (terms is not null) AddSearch(statement, terms);
        return statement;
    }

    // search_query takes any text, and nothing in it is an operator. Selected, it is called once and not for each row.
    private static void AddSearch(SqlBuilder statement, SearchTerms terms)
    {
        if (terms.Filtered is [])
        {
            statement.Add($" AND search_vector @@ (SELECT search_query({terms.Indexed}))");
            return;
        }

        // A term may turn out to have no word. IS TRUE keeps a condition away from the index.
        statement.Add($" AND search_vector @@ (SELECT coalesce(search_query({terms.Indexed}), search_query({terms.Filtered})))");
        statement.Add($" AND (search_vector @@ (SELECT coalesce(search_query({terms.Filtered}), search_query({terms.Indexed})))) IS TRUE");
    }

    /// <summary>Adds the part of the condition that is about owner, creator, state and priority.</summary>
    public SqlBuilder AddCountedTo(SqlBuilder statement)
    {
        if (CreatedBy is not null) statement.Add($" AND created_by = {CreatedBy}");
        if (Owner is not null) statement.Add($" AND owner = {Owner}");
        if (Status.Length == 1) statement.Add($" AND status = {WireName<OpportunityStatus>.Format(Status[0])}");
        if (Status.Length > 1) statement.Add($" AND status = ANY ({Status.Select(WireName<OpportunityStatus>.Format).ToArray()})");
        if (Priority.Length == 1) statement.Add($" AND priority = {(short)Priority[0]}");
        if (Priority.Length > 1) statement.Add($" AND priority = ANY ({Priority.Select(static priority => (short)priority).ToArray()})");
        return statement;
    }
}
