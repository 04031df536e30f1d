namespace Opportunities.Api.Changes;

/// <summary>What is kept of the feed, and which transactions have ended.</summary>
/// <param name="Epoch">In every cursor.</param>
/// <param name="IsOfThisCluster">False where the database was restored, and nobody has noted it yet.</param>
/// <param name="Deleted">The highest sequence of what is not kept any more.</param>
/// <param name="DeletedTransaction">The highest transaction of it.</param>
/// <param name="Now">The transactions, none of them later than the last that has an event: a crash takes back no such number.</param>
internal sealed record FeedState(Guid Epoch, bool IsOfThisCluster, long Deleted, ulong DeletedTransaction, ulong Next, Snapshot Now)
{
    /// <summary>A statement that reads it in its first six columns.</summary>
    public static SqlBuilder Select([ConstantExpected] string columns, [ConstantExpected] string joins) => new SqlBuilder()
        .Add("SELECT feed.epoch, feed.cluster = (SELECT current_cluster()), feed.deleted, feed.deleted_transaction, now::text, ")
        .Add("greatest(feed.deleted_transaction, (SELECT max(transaction_id) FROM outbox_events), ")
        .Add("(SELECT max(transaction_id) FROM parked_events))")
        .Add(columns)
        .Add(" FROM (SELECT * FROM change_feed WHERE id = 1) AS feed CROSS JOIN pg_current_snapshot() AS now").Add(joins);

    public static FeedState From(NpgsqlDataReader row)
    {
        var now = Snapshot.Parse(row.GetString(4));
        return new(
            row.GetGuid(0), row.GetBoolean(1), row.GetInt64(2), row.GetFieldValue<ulong>(3), now.Next,
            now.Before(row.GetFieldValue<ulong>(5) + 1));
    }

    /// <summary>Before the oldest that is kept.</summary>
    public FeedPosition Oldest => new(Epoch, null, null, Deleted);

    /// <summary>Whether all that comes after a position is still there: of what was deleted, the consumer has everything.</summary>
    public bool Has(FeedPosition position) => position.Epoch == Epoch
        && !(position.Seen?.Next > Next || position.Until?.Next > Next)
        && (DeletedTransaction < position.Seen?.Oldest
            || (Deleted <= (position.After ?? 0) && (position.Until is null || DeletedTransaction < position.Until.Oldest)));
}
