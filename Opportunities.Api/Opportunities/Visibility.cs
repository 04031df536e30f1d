namespace Opportunities.Api.Opportunities;

/// <summary>What a caller may read, as part of the statement: rows that it may not see are never read, counted or paged over.</summary>
internal static class Visibility
{
    /// <summary>Adds the condition for rows of <c>opportunities</c>; others follow with AND.</summary>
    public static SqlBuilder AddVisible(this SqlBuilder sql, Caller caller) => sql.Add(" WHERE deleted_at IS NULL").AddVisibleOwner(caller);

    /// <summary>Adds the condition for rows of <c>opportunities</c> that an administrator can restore; others follow with AND.</summary>
    public static SqlBuilder AddRestorable(this SqlBuilder sql) =>
        sql.Add($" WHERE deleted_at >= now() - make_interval(days => {Lifecycle.RestorableDays})");

    /// <summary>Adds the condition for rows of any table with the column <c>owner</c>, of opportunities that are not deleted.</summary>
    public static SqlBuilder AddVisibleOwner(this SqlBuilder sql, Caller caller) =>
        caller.ReadsAll ? sql : sql.Add($" AND owner = {caller.Subject}");
}
