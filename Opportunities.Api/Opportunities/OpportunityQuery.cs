using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>Reads one opportunity with its collections in one statement, so that they are of one moment, whatever is written meanwhile.</summary>
internal static class OpportunityQuery
{
    /// <returns>The opportunity; null where there is none that the caller may see.</returns>
    public static async Task<OpportunityResponse?> FindAsync(CallerDatabase database, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder()
            .Add("SELECT ").AddColumns(OpportunityResponse.Columns)
            .Add(" FROM opportunities").AddVisible(caller).Add($" AND id = {id}");
        return (await database.ReadAsync(caller, sql, OpportunityResponse.From, cancellationToken)).SingleOrDefault();
    }
}
