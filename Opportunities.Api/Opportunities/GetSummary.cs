using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Opportunities;

/// <summary>How many opportunities stand in a state, and what they may cost together.</summary>
/// <param name="Status">The state.</param>
/// <param name="Count">How many.</param>
/// <param name="TotalBudget">The sum of their budgets.</param>
public sealed record StatusCount(OpportunityStatus Status, long Count, decimal TotalBudget);

/// <summary>The matching opportunities by state.</summary>
/// <param name="Items">All seven states, in the order of the lifecycle.</param>
/// <param name="TotalCount">How many in all.</param>
/// <param name="TotalBudget">The sum of all budgets.</param>
public sealed record StatusSummary([property: Length(7, 7)] IReadOnlyList<StatusCount> Items, long TotalCount, decimal TotalBudget);

/// <summary><c>GET /opportunities/summary</c></summary>
internal static class GetSummary
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("summary", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("GetOpportunitySummary")
        .WithSummary("Count opportunities by state")
        .WithDescription("Of the opportunities that the same filters would list.")
        .ReadsQuery(OpportunityFilter.Describe)
        .Produces<StatusSummary>();

    private static Task HandleAsync(HttpContext context, AnswerCache cache, CallerDatabase database, WordFrequencies words)
    {
        var (filter, caller) = (OpportunityFilter.Read(context), context.User.GetCaller());
        return cache.AnswerAsync(
            context, CacheKey.List("summary", filter, caller),
            async cancelled => Representation.Create(await ReadAsync(database, filter, words.Part(filter.Query), caller, cancelled)));
    }

    private static async Task<StatusSummary> ReadAsync(
        CallerDatabase database, OpportunityFilter filter, SearchTerms? terms, Caller caller, CancellationToken cancellationToken)
    {
        var statement = new SqlBuilder();
        if (filter.IsCountedFor(caller))
        {
            statement.AddSummary(filter, caller);
        }
        else
        {
            filter.AddTo(statement.Add("SELECT status, count(*), sum(estimated_budget) FROM opportunities"), caller, terms)
                .Add(" GROUP BY status");
        }

        var counts = await database.ReadAsync(
            caller, statement,
            static row => new StatusCount(WireName<OpportunityStatus>.Parse(row.GetString(0)), row.GetInt64(1), row.GetDecimal(2)),
            cancellationToken);
        var counted = counts.ToDictionary(count => count.Status);
        // And those that a later build has added, where there are any.
        var items = Enum.GetValues<OpportunityStatus>().Union(counted.Keys)
            .Select(status => counted.GetValueOrDefault(status) ?? new StatusCount(status, 0, 0.00m)).ToList();
        return new StatusSummary(items, items.Sum(item => item.Count), items.Sum(item => item.TotalBudget));
    }
}
