using Opportunities.Api.Background;

namespace Opportunities.Api.Attachments;

/// <summary>
/// Deletes objects that no attachment refers to: uploads that were never completed, and what a failed deletion left. Attachments
/// of deleted opportunities are kept with them, for audit.
/// </summary>
internal sealed partial class OrphanCleaner(
    NpgsqlDataSource database, IObjectStore store, IOptions<AttachmentOptions> options, TimeProvider time,
    ILogger<OrphanCleaner> logger) : Job
{
    private const int PageSize = 500;

    /// <summary>As many failures in one run are the store's, and end it.</summary>
    private const int MaxFailures = 20;

    /// <summary>Whether it is so old that it could be deleted meanwhile: completion ends an hour of 24 before cleaning begins.</summary>
    public static bool IsNearlyAbandoned(StoredObject stored, AttachmentOptions options, DateTime now) =>
        now - stored.StoredAt > options.OrphanAge * (23 / 24.0);

    public override string Name => "delete abandoned files";
    public override TimeSpan Interval => options.Value.CleaningInterval;
    public override TimeSpan Limit => TimeSpan.FromMinutes(10);

    public override async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var abandonedBefore = time.GetUtcNow().UtcDateTime - options.Value.OrphanAge;
        var old = store.ListAsync(cancellationToken).Where(listed => listed.StoredAt < abandonedBefore).Select(listed => listed.Key);
        var (deleted, failures) = (0, 0);
        await foreach (var keys in old.Chunk(PageSize).WithCancellation(cancellationToken))
        {
            foreach (var key in await WithoutAttachmentAsync(keys, cancellationToken))
            {
                try
                {
                    await store.DeleteAsync(key, cancellationToken);
                    deleted++;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested && ++failures < MaxFailures)
                {
                    // One that cannot be deleted must not keep those after it.
                    LogKept(key.ToString(), exception.GetBaseException().Message);
                }
            }
        }

        return failures == 0
            ? deleted
            : throw new InvalidOperationException($"{failures} abandoned files could not be deleted, {deleted} were.");
    }

    private async Task<IEnumerable<ObjectKey>> WithoutAttachmentAsync(ObjectKey[] keys, CancellationToken cancellationToken)
    {
        var names = keys.Select(key => key.ToString()).ToArray();
        var used = await new SqlBuilder()
            .Add($"SELECT object_key FROM attachments WHERE object_key = ANY ({names})")
            .ToListAsync(database, static row => row.GetString(0), cancellationToken);
        return keys.Distinct().ExceptBy(used, static key => key.ToString());
    }

    [LoggerMessage(LogLevel.Warning, "The abandoned file {Key} could not be deleted: {Reason}")]
    private partial void LogKept(string key, string reason);
}
