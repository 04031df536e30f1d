using Opportunities.Api.Background;

namespace Opportunities.Api.Events;

/// <summary>Deletes published events that are past their retention.</summary>
internal sealed class OutboxCleaner(NpgsqlDataSource database, IOptions<EventOptions> options, TimeProvider time) : Job
{
    private const int PageSize = 5000;

    public override string Name => "delete published events";
    public override TimeSpan Interval => options.Value.CleaningInterval;

    /// <summary>
    /// Page after page from the oldest on, by the primary key, until one has nothing to delete. No more is read than is deleted, and a
    /// page: who asked for the time alone would read all that is kept.
    /// </summary>
    public override async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().UtcDateTime - options.Value.Retention;
        long after = 0, deleted, sum = 0;
        do
        {
            (deleted, after) = (await new SqlBuilder()
                .Add(
                    $"""
                    WITH page AS (
                      SELECT sequence, occurred_at FROM outbox_events
                      WHERE sequence > {after} AND sequence <= (SELECT sequence FROM outbox_position) ORDER BY sequence LIMIT {PageSize}),
                    gone AS (
                      DELETE FROM outbox_events
                      WHERE sequence IN (
                        SELECT sequence FROM page
                        WHERE occurred_at < {before} AND sequence <> ALL ((SELECT behind FROM outbox_position)::bigint[]))
                      RETURNING sequence)
                    SELECT (SELECT count(*) FROM gone), coalesce((SELECT max(sequence) FROM page), 0)
                    """)
                .ToListAsync(database, static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken)).Single();
            sum += deleted;
        }
        while (deleted > 0);
        return sum;
    }
}
