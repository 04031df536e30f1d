using System.Text.Json.Serialization.Metadata;
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
    /// <param name="context">The request.</param>
    /// <param name="id">The opportunity, as the path names it.</param>
    /// <param name="part">The part's name; empty for the whole.</param>
    /// <param name="select">Takes the part; null where there is none.</param>
    /// <param name="json">How it is written.</param>
    /// <exception cref="ApiException">404: there is none, or none that the caller may see.</exception>
    public static Task AnswerAsync<T>(
        HttpContext context, string id, string part, Func<OpportunityResponse, T?> select, JsonTypeInfo<T> json)
        where T : class
    {
        var (key, caller, services) = (Ids.Parse(id), context.User.GetCaller(), context.RequestServices);
        return services.GetRequiredService<AnswerCache>().AnswerAsync(context, CacheKey.Item(key, part, caller), async cancelled =>
        {
            // Not before: an answer from the cache needs no database.
            var database = services.GetRequiredService<OpportunitiesDbContext>();
            return await FindAsync(database, key, caller, cancelled) is { } opportunity && select(opportunity) is { } found
                ? Representation.Create(found, json, opportunity.Version)
                : throw ApiException.NotFound();
        });
    }

    private static async Task<OpportunityResponse?> FindAsync(
        OpportunitiesDbContext database, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var statement = new Statement()
            .Add("SELECT ").Add(OpportunitySummary.Columns).Add(", ").Add(OpportunityResponse.CollectionColumns)
            .Add($" FROM opportunities WHERE deleted_at IS NULL AND id = {id}");
        if (!caller.ReadsAll) statement.Add($" AND created_by = {caller.Subject}");
        var found = await statement.ToListAsync(database, static row => new OpportunityResponse(row), cancellationToken);
        return found.SingleOrDefault();
    }
}
