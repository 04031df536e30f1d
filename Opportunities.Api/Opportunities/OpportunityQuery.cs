using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>Reads one opportunity with its collections in one statement, so that they are of one moment, whatever is written meanwhile.</summary>
internal static class OpportunityQuery
{
    /// <summary>Answers with an opportunity, or a part of it, from the cache where that has it.</summary>
    /// <exception cref="ApiException">404: there is none, or none that the caller may see.</exception>
    public static Task AnswerAsync<T>(HttpContext context, string id, string part, Func<OpportunityResponse, T?> select)
        where T : class
    {
        var (key, caller, services) = (Ids.Parse(id), context.User.GetCaller(), context.RequestServices);
        var database = services.GetRequiredService<CallerDatabase>();
        return services.GetRequiredService<AnswerCache>().AnswerAsync(
            context, CacheKey.Item(key, part, caller),
            async cancelled => await FindAsync(database, key, caller, cancelled) is { } opportunity && select(opportunity) is { } found
                ? Representation.Create(found, opportunity.Version)
                : throw ApiException.NotFound());
    }

    /// <returns>The opportunity; null where there is none that the caller may see.</returns>
    public static async Task<OpportunityResponse?> FindAsync(CallerDatabase database, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder()
            .Add("SELECT ").AddColumns(OpportunityResponse.Columns)
            .Add(" FROM opportunities").AddVisible(caller).Add($" AND id = {id}");
        return (await database.ReadAsync(caller, sql, OpportunityResponse.From, cancellationToken)).SingleOrDefault();
    }
}
