namespace Opportunities.Api.Opportunities;

/// <summary>
/// The counts that triggers keep with every change (migrations <c>AddOpportunityCounts</c> and <c>AddOwner</c>), so that a list has its
/// exact total without counting. A total is a row of <c>owner_counts</c>, or of <c>opportunity_counts</c> where creators are asked for,
/// plus what waits in <c>opportunity_count_changes</c>. In a row <c>''</c> and 0 stand for anybody, any state and any priority. Writers add
/// to the changes; <see cref="CountCompactor"/> adds them up into the rows.
/// </summary>
internal static class OpportunityCounts
{
    /// <summary>Adds an expression for how many match a filter that <see cref="OpportunityFilter.IsCountedFor"/> the caller.</summary>
    public static SqlBuilder AddCount(this SqlBuilder statement, OpportunityFilter filter, Caller caller)
    {
        statement.Add("((SELECT coalesce(sum(count), 0)").AddKept(filter, caller, byStatus: false);
        statement.Add(") + (SELECT coalesce(sum(count), 0) FROM opportunity_count_changes WHERE true");
        return filter.AddCountedTo(statement.AddVisibleOwner(caller)).Add("))::bigint");
    }

    /// <summary>Adds a query for count and sum of budgets of the opportunities that match such a filter, by state.</summary>
    public static SqlBuilder AddSummary(this SqlBuilder statement, OpportunityFilter filter, Caller caller)
    {
        statement.Add("SELECT status, sum(count)::bigint, sum(total_budget) FROM (SELECT status, count, total_budget");
        statement.AddKept(filter, caller, byStatus: true);
        statement.Add(" UNION ALL SELECT status, count, total_budget FROM opportunity_count_changes WHERE true");
        return filter.AddCountedTo(statement.AddVisibleOwner(caller)).Add(") AS counts GROUP BY status");
    }

    private static SqlBuilder AddKept(this SqlBuilder statement, OpportunityFilter filter, Caller caller, bool byStatus)
    {
        if (filter.CreatedBy is null) statement.Add(" FROM owner_counts");
        else statement.Add(" FROM opportunity_counts");
        if (byStatus) statement.Add(" WHERE status <> ''");
        else statement.Add(" WHERE true");
        if (caller.ReadsAll && filter is { CreatedBy: null, Owner: null }) statement.Add(" AND owner = ''");
        if (filter.Status is [] && !byStatus) statement.Add(" AND status = ''");
        if (filter.Priority is []) statement.Add(" AND priority = 0");
        return filter.AddCountedTo(statement.AddVisibleOwner(caller));
    }
}
