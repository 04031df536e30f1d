namespace Opportunities.Api.Changes;

/// <summary>What is kept of the feed, and which transactions have ended.</summary>
/// <param name="Epoch">In every cursor.</param>
/// <param name="IsOfThisCluster">False where the database was restored, and nobody has noted it yet.</param>
/// <param name="Deleted">The highest sequence of what is not kept any more.</param>
/// <param name="DeletedTransaction">The highest transaction of it.</param>
internal sealed record FeedState(Guid Epoch, bool IsOfThisCluster, long Deleted, ulong DeletedTransaction, Snapshot Now)
{
    /// <summary>A statement that reads it in its first five columns.</summary>
    public static SqlBuilder Select([ConstantExpected] string columns, [ConstantExpected] string joins) => new SqlBuilder()
        .Add("SELECT feed.epoch, feed.cluster = (SELECT current_cluster()), feed.deleted, feed.deleted_transaction, now::text").Add(columns)
        .Add(" FROM change_feed AS feed CROSS JOIN pg_current_snapshot() AS now").Add(joins);

    public static FeedState From(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetBoolean(1), row.GetInt64(2), row.GetFieldValue<ulong>(3), Snapshot.Parse(row.GetString(4)));

    /// <summary>Before the oldest that is kept.</summary>
    public FeedPosition Oldest => new(Epoch, null, null, Deleted);

    /// <summary>Whether all that comes after a position is still there: of what was deleted, the consumer has everything.</summary>
    public bool Has(FeedPosition position) => position.Epoch == Epoch
        && !(position.Seen?.Next > Now.Next || position.Until?.Next > Now.Next)
        && (DeletedTransaction < position.Seen?.Oldest
            || (Deleted <= (position.After ?? 0) && (position.Until is null || DeletedTransaction < position.Until.Oldest)));
}
