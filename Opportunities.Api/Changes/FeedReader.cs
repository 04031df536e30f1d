using Opportunities.Api.Errors;

namespace Opportunities.Api.Changes;

internal sealed record FeedPage(IReadOnlyList<ChangeItem> Items, FeedPosition Next, bool HasMore);

/// <summary>Reads the feed: windows between two snapshots, each in the order of the sequences.</summary>
internal sealed class FeedReader(NpgsqlDataSource source, CallerDatabase database, FeedCursors cursors, TimeProvider time)
{
    /// <summary>How many rows a statement looks through for those that the caller may see and asks for.</summary>
    private const int MaxScanned = 10_000;

    /// <summary>How long the events of a page are together; the first one always comes.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>What an event counts whose values are read from the history.</summary>
    private const int LongEvent = 256 << 10;

    /// <summary>The position from which all that comes is to be read.</summary>
    public async Task<FeedPosition> NowAsync(Caller caller, CancellationToken cancellationToken)
    {
        var states = await RunAsync(caller, static () => FeedState.Select("", ""), static (_, state) => state, cancellationToken);
        return new(states[0].Epoch, states[0].Now, null, null);
    }

    /// <param name="position">After what; null: from the oldest on.</param>
    /// <exception cref="ApiException">410: what follows is gone.</exception>
    public async Task<FeedPage> ReadAsync(
        Caller caller, FeedPosition? position, IReadOnlyCollection<string> types, int size, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var items = new List<ChangeItem>();
        while (true)
        {
            var (from, left) = (position, size - items.Count);
            var rows = await RunAsync(
                caller, () => Statement(caller, from, types, left), static (row, state) => new FeedRow(row, state), cancellationToken);
            var state = rows[0].State;
            if (position is not null && !state.Has(position)) throw ApiException.Gone(cursors.Protect(state.Oldest));

            var until = position?.Until ?? state.Now;
            var (looked, more, isLimit) = (position?.After, false, false);
            foreach (var row in rows.Where(static row => row.Sequence is not null))
            {
                more = row.IsForCaller && (items.Count == size || row.Content is null);
                if (more) break;
                if (row.Item() is { } item) items.Add(item);
                (looked, isLimit) = (row.Sequence, row.IsLimit);
            }

            // A window that was begun has an end, and another follows; the latest ends now.
            var isLatest = position?.Until is null;
            position = more || isLimit
                ? new(state.Epoch, position?.Seen, looked is null ? null : until, looked)
                : new(state.Epoch, until, null, null);
            if (more || (isLimit && time.GetElapsedTime(began) > TimeLimits.ChangesRead)) return new(items, position, HasMore: true);
            if (isLatest && !isLimit) return new(items, position, HasMore: false);
        }
    }

    private static SqlBuilder Statement(Caller caller, FeedPosition? position, IReadOnlyCollection<string> types, int size)
    {
        var sql = FeedState.Select(
            ", page.*",
            " LEFT JOIN LATERAL (SELECT sequence, sight, is_limit, CASE WHEN fits THEN content END AS content, "
            + "CASE WHEN fits AND is_long THEN (SELECT json_agg(json_build_object("
            + "'field_name', field_name, 'old_value', old_value, 'new_value', new_value) ORDER BY ordinal) "
            + "FROM changes WHERE opportunity_id = measured.opportunity_id AND version = (measured.content->'data'->>'version')::integer"
            + ") END AS changes FROM (SELECT *, ")
            .Add($"coalesce(sum(CASE WHEN is_long THEN {LongEvent} ELSE octet_length(content::text) END) OVER (")
            .Add($"ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < {MaxBytes} AS fits FROM (")
            .Add($"SELECT sequence, opportunity_id, content, sight, number = {MaxScanned} AS is_limit, ")
            .Add("content::text LIKE '%\"values_omitted\":true}%' AS is_long FROM (")
            .Add("SELECT *, row_number() OVER (ORDER BY sequence) AS number, ");
        AddSight(sql, caller, types);
        AddWindow(sql.Add(" AS sight FROM (SELECT sequence, opportunity_id, content, owner, previous_owner FROM feed_events"), position);
        return sql.Add(" ORDER BY sequence").AddLimit(MaxScanned)
            .Add($") AS looked) AS sighted WHERE sight IS NOT NULL OR number = {MaxScanned} ORDER BY sequence").AddLimit(size + 1)
            .Add(") AS found) AS measured) AS page ON true ORDER BY page.sequence");
    }

    /// <summary>How the caller sees a change: 1 as it is, 2 as the end of its sight, null not at all.</summary>
    private static void AddSight(SqlBuilder sql, Caller caller, IReadOnlyCollection<string> types)
    {
        sql.Add("CASE WHEN ");
        if (!caller.ReadsAll)
        {
            // The owner's name is missing in events of a release that knew none.
            sql.Add("coalesce(owner, (SELECT o.owner FROM opportunities AS o WHERE o.id = opportunity_id)) = ")
                .Add($"{caller.Subject} THEN CASE WHEN ");
        }

        if (types.Count == 0) sql.Add("true");
        else sql.Add($"content->>'type' = ANY ({types.Select(static type => ChangeItem.TypePrefix + type).ToArray()})");
        sql.Add(" THEN 1 END");
        if (!caller.ReadsAll) sql.Add($" WHEN previous_owner = {caller.Subject} THEN 2 END");
    }

    /// <summary>
    /// Adds which rows lie in a window, behind where it has been read to. They are found by a walk along the primary key, which begins
    /// where the first of them can be: the index on transactions says where.
    /// </summary>
    private static void AddWindow(SqlBuilder sql, FeedPosition? position)
    {
        var (seen, until) = (position?.Seen?.ToString(), position?.Until?.ToString());
        sql.Add(" WHERE sequence > ");
        if (position?.After is { } after)
        {
            sql.Add($"{after}");
        }
        else if (seen is null)
        {
            sql.Add("feed.deleted");
        }
        else
        {
            // + 0: otherwise PostgreSQL would look for the least along the primary key, from the oldest row on.
            sql.Add("(SELECT least((SELECT min(sequence + 0) FROM feed_events WHERE transaction_id >= ")
                .Add($"pg_snapshot_xmax({seen}::pg_snapshot)), (SELECT min(sequence + 0) FROM feed_events ")
                .Add($"WHERE transaction_id = ANY (ARRAY (SELECT pg_snapshot_xip({seen}::pg_snapshot))))) - 1)");
        }

        if (seen is not null)
        {
            sql.Add(" AND sequence > feed.restored AND NOT ")
                .Add($"pg_visible_in_snapshot(transaction_id, (SELECT {seen}::pg_snapshot))");
        }

        if (until is not null)
        {
            sql.Add(" AND (sequence <= feed.restored OR ")
                .Add($"pg_visible_in_snapshot(transaction_id, (SELECT {until}::pg_snapshot)))");
        }
    }

    /// <summary>Runs a statement that reads the feed's state beside what it reads.</summary>
    private async Task<List<T>> RunAsync<T>(
        Caller caller, Func<SqlBuilder> statement, Func<NpgsqlDataReader, FeedState, T> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            FeedState? state = null;
            var rows = await database.ReadAsync(
                caller, statement(), row => read(row, state ??= FeedState.From(row)), cancellationToken);
            if (state!.IsOfThisCluster) return rows;
            // The database was restored: its transactions are counted otherwise, and what cursors have seen may be lost.
            await new SqlBuilder().Add("SELECT restart_change_feed()").ExecuteAsync(source, cancellationToken);
        }
    }
}
