using Microsoft.Extensions.Options;
using Npgsql;
using Opportunities.Api.Background;
using Opportunities.Data;

namespace Opportunities.Api.Idempotency;

/// <summary>Deletes the answers whose keys are past their lifetime; nobody gets them any more.</summary>
internal sealed class KeyCleaner(NpgsqlDataSource database, IOptions<IdempotencyOptions> options, TimeProvider time) : Job
{
    private const int BatchSize = 1000;

    public override string Name => "delete idempotency keys";

    public override TimeSpan Interval => options.Value.CleaningInterval;

    // In batches, so that no lock is held for long; rows that a request replaces are left to the next run.
    public override async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var stale = time.GetUtcNow().UtcDateTime - IdempotentRequest.Lifetime;
        long deleted, sum = 0;
        do
        {
            deleted = await new SqlBuilder()
                .Add(
                    $"""
                    DELETE FROM idempotent_requests WHERE (subject, key) IN (
                      SELECT subject, key FROM idempotent_requests WHERE created_at <= {stale} ORDER BY created_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
                    """)
                .ExecuteAsync(database, cancellationToken);
            sum += deleted;
        }
        while (deleted == BatchSize);
        return sum;
    }
}
