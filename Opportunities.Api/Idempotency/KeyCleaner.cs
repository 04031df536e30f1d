using Opportunities.Api.Background;

namespace Opportunities.Api.Idempotency;

/// <summary>Deletes the answers whose keys are past their lifetime; nobody gets them any more.</summary>
internal sealed class KeyCleaner(NpgsqlDataSource database, IOptions<IdempotencyOptions> options, TimeProvider time) : Job
{
    public override string Name => "delete idempotency keys";
    public override TimeSpan Interval => options.Value.CleaningInterval;

    // No lock is held for long.
    public override int BatchSize => 1000;

    // Rows that a request replaces are left to the next run.
    public override async Task<long> RunAsync(CancellationToken cancellationToken) => await new SqlBuilder()
        .Add(
            $"""
            DELETE FROM idempotent_requests WHERE (subject, key) IN (
              SELECT subject, key FROM idempotent_requests WHERE created_at <= {time.GetUtcNow().UtcDateTime - IdempotentRequest.Lifetime}
              ORDER BY created_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """)
        .ExecuteAsync(database, cancellationToken);
}
