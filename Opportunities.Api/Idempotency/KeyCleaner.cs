using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Opportunities.Data;

namespace Opportunities.Api.Idempotency;

/// <summary>Deletes the answers whose keys are past their lifetime; nobody gets them any more.</summary>
internal sealed partial class KeyCleaner(
    IServiceScopeFactory scopes, IOptions<IdempotencyOptions> options, TimeProvider time, ILogger<KeyCleaner> logger) : BackgroundService
{
    private const int BatchSize = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CleaningInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception exception)
            {
                if (stoppingToken.IsCancellationRequested) return;
                // The next turn finds what this one left.
                LogFailed(exception.GetBaseException().Message);
            }
        }
    }

    // In batches, so that no lock is held for long; rows that another process deletes, or a request replaces, are left to it.
    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var stale = time.GetUtcNow().UtcDateTime - IdempotentRequest.Lifetime;
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>();
        int deleted;
        do
        {
            deleted = await database.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM idempotent_requests WHERE (subject, key) IN (
                  SELECT subject, key FROM idempotent_requests WHERE created_at <= {stale} ORDER BY created_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
                """,
                cancellationToken);
        }
        while (deleted == BatchSize);
    }

    [LoggerMessage(LogLevel.Warning, "Idempotency keys past their lifetime could not be deleted: {Reason}")]
    private partial void LogFailed(string reason);
}
