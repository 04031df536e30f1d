using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>What a caller may see, as part of the query: rows that it may not see are never read, counted or paged over.</summary>
internal static class Visibility
{
    public static IQueryable<Opportunity> VisibleTo(this IQueryable<Opportunity> opportunities, Caller caller) =>
        caller.ReadsAll ? opportunities : opportunities.Where(o => o.CreatedBy == caller.Subject);
}
