namespace Opportunities.Api.Background;

/// <summary>
/// Measures the dead rows of the tables whose rows live for a moment only. While an old snapshot is open, PostgreSQL can remove none, and
/// every read of these tables passes over all of them.
/// </summary>
internal sealed class DeadRowsMeter(NpgsqlDataSource database, OpportunityMetrics metrics) : Job
{
    private static readonly string[] _tables =
        ["opportunity_count_changes", "opportunity_counts", "owner_counts", "outbox_events", "outbox_position"];

    public override string Name => "measure dead rows";
    public override TimeSpan Interval => TimeSpan.FromMinutes(1);

    public override async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        metrics.DeadRows = await new SqlBuilder()
            .Add($"SELECT relname::text, n_dead_tup FROM pg_stat_user_tables WHERE relname = ANY ({_tables})")
            .ToListAsync(database, static row => (row.GetString(0), row.GetInt64(1)), cancellationToken);
        return 0;
    }
}
