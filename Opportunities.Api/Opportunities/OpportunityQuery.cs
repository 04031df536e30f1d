using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>Reads one opportunity with its collections in one statement, so that they are of one moment, whatever is written meanwhile.</summary>
internal static class OpportunityQuery
{
    public static async Task<OpportunityResponse?> FindAsync(
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
