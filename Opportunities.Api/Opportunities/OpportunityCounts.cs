using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// The counts that the database keeps with every change (migration <c>AddOpportunityCounts</c>), so that a list can say exactly how long it is
/// without counting: sums of <c>opportunity_counts</c>, where <c>''</c> and 0 stand for any owner, state and priority, and of
/// <c>opportunity_count_changes</c>, which writers add to and <see cref="CountCompactor"/> takes from.
/// </summary>
internal static class OpportunityCounts
{
    /// <summary>Adds an expression for how many opportunities match a filter that <see cref="OpportunityFilter.IsCounted"/>.</summary>
    public static SqlBuilder AddCount(this SqlBuilder statement, OpportunityFilter filter, Caller caller)
    {
        statement.Add("((SELECT coalesce(sum(count), 0) FROM opportunity_counts").AddKept(filter, caller, byStatus: false);
        statement.Add(") + (SELECT coalesce(sum(count), 0) FROM opportunity_count_changes WHERE true");
        return filter.AddCountedTo(statement.AddVisibleOwner(caller)).Add("))::bigint");
    }

    /// <summary>Adds a query for count and sum of budgets of the opportunities that match such a filter, by state.</summary>
    public static SqlBuilder AddSummary(this SqlBuilder statement, OpportunityFilter filter, Caller caller)
    {
        statement.Add("SELECT status, sum(count)::bigint, sum(total_budget) FROM (SELECT status, count, total_budget FROM opportunity_counts");
        statement.AddKept(filter, caller, byStatus: true);
        statement.Add(" UNION ALL SELECT status, count, total_budget FROM opportunity_count_changes WHERE true");
        return filter.AddCountedTo(statement.AddVisibleOwner(caller)).Add(") AS counts GROUP BY status");
    }

    private static SqlBuilder AddKept(this SqlBuilder statement, OpportunityFilter filter, Caller caller, bool byStatus)
    {
        if (byStatus) statement.Add(" WHERE status <> ''");
        else statement.Add(" WHERE true");
        if (caller.ReadsAll && filter.CreatedBy is null) statement.Add(" AND created_by = ''");
        if (filter.Status is [] && !byStatus) statement.Add(" AND status = ''");
        if (filter.Priority is []) statement.Add(" AND priority = 0");
        return filter.AddCountedTo(statement.AddVisibleOwner(caller));
    }
}
