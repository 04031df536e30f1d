using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Opportunities.Data;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Attachments;

/// <summary>
/// Deletes objects that no attachment refers to: uploads that were never completed, and what a failed deletion left. Attachments
/// of deleted opportunities are kept with them, for audit.
/// </summary>
internal sealed partial class OrphanCleaner(
    IServiceScopeFactory scopes, IObjectStore store, IOptions<AttachmentOptions> options, TimeProvider time, ILogger<OrphanCleaner> logger)
    : BackgroundService
{
    private const int BatchSize = 500;

    /// <summary>
    /// Whether an object is so old that it may be deleted while its upload is being completed: completion ends before cleaning
    /// begins, an hour of 24 before.
    /// </summary>
    public static bool IsNearlyAbandoned(StoredObject stored, AttachmentOptions options, DateTime now) =>
        now - stored.StoredAt > options.OrphanAge * (23 / 24.0);

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

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var abandonedBefore = time.GetUtcNow().UtcDateTime - options.Value.OrphanAge;
        var old = store.ListAsync(cancellationToken).Where(listed => listed.StoredAt < abandonedBefore).Select(listed => listed.Key);
        var deleted = 0;
        await foreach (var keys in old.Chunk(BatchSize).WithCancellation(cancellationToken))
        {
            foreach (var key in await WithoutAttachmentAsync(keys, cancellationToken))
            {
                await store.DeleteAsync(key, cancellationToken);
                deleted++;
            }
        }

        if (deleted > 0) LogDeleted(deleted);
    }

    private async Task<IEnumerable<ObjectKey>> WithoutAttachmentAsync(ObjectKey[] keys, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>();
        var names = keys.Select(key => key.ToString()).ToArray();
        var used = await database.Set<Attachment>()
            .Where(attachment => names.Contains(attachment.ObjectKey))
            .Select(attachment => attachment.ObjectKey)
            .ToHashSetAsync(cancellationToken);
        return keys.Distinct().Where(key => !used.Contains(key.ToString()));
    }

    [LoggerMessage(LogLevel.Information, "{Count} abandoned files were deleted.")]
    private partial void LogDeleted(int count);

    [LoggerMessage(LogLevel.Warning, "Abandoned files could not be looked for: {Reason}")]
    private partial void LogFailed(string reason);
}
