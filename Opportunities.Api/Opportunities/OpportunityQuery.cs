using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>Answers reads of one opportunity by one statement, so that all of it is of one moment, whatever is written meanwhile.</summary>
internal static class OpportunityQuery
{
    /// <summary>Answers with the opportunity or one of its collections, from the cache where that has it.</summary>
    public static Task AnswerAsync<T>(HttpContext context, string id, string part, Func<OpportunityResponse, T?> select)
        where T : class => AnswerAsync(
            context, Ids.Parse(id), part,
            static () => new SqlBuilder().Add("SELECT ").AddColumns(OpportunityResponse.Columns),
            row =>
            {
                var opportunity = OpportunityResponse.From(row);
                return (opportunity.Version, select(opportunity));
            });

    /// <summary>Answers with what a statement selects beside the opportunity's row.</summary>
    /// <param name="part">The part's name in the cache.</param>
    /// <param name="read">The opportunity's version, and the answer; null where there is none.</param>
    /// <exception cref="ApiException">404: there is none, or none that the caller may see.</exception>
    public static Task AnswerAsync<T>(
        HttpContext context, Guid id, string part, Func<SqlBuilder> select, Func<NpgsqlDataReader, (int Version, T? Answer)> read)
        where T : class
    {
        var (caller, services) = (context.User.GetCaller(), context.RequestServices);
        var database = services.GetRequiredService<CallerDatabase>();
        return services.GetRequiredService<AnswerCache>().AnswerAsync(
            context, CacheKey.Item(id, part, caller),
            async cancelled =>
            {
                var sql = select().Add(" FROM opportunities").AddVisible(caller).Add($" AND id = {id}");
                return await database.ReadAsync(caller, sql, read, cancelled) is [{ Answer: { } answer } found]
                    ? Representation.Create(answer, found.Version)
                    : throw ApiException.NotFound();
            });
    }
}
