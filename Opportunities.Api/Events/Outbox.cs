namespace Opportunities.Api.Events;

/// <summary>What waits to be published, as the relay's session sees it.</summary>
internal sealed class Outbox(NpgsqlConnection connection, TimeProvider time)
{
    /// <summary>How long a sequence without a row is waited for at least, beyond every transaction that could still write it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, (ulong? Next, long NoticedAt)> _missing = [];
    private long _position;
    private long[] _behind = [];
    private List<long> _read = [];
    private List<long> _unread = [];

    /// <summary>Whether sequences have no row, whose transactions may yet commit.</summary>
    public bool HasGaps => _missing.Count > 0;

    /// <param name="held">Sequences that were read and are not to be read again now.</param>
    public async Task<IReadOnlyList<WaitingEvent>> ReadAsync(int count, IReadOnlyCollection<long> held, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // First, so that the rows are those of a later moment: what ended before it shows in them.
                new(
                    "SELECT sequence, behind, pg_snapshot_xmin(now), pg_snapshot_xmax(now) FROM outbox_position, pg_current_snapshot() "
                    + "AS now"),
                new(
                    "SELECT sequence, id, opportunity_id, content FROM unpublished_events WHERE sequence <> ALL ($2) ORDER BY sequence "
                    + "LIMIT $1")
                {
                    Parameters = { new() { Value = count }, new() { Value = held.ToArray() } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _position = reader.GetInt64(0);
        _behind = reader.GetFieldValue<long[]>(1);
        var (oldest, next) = (reader.GetFieldValue<ulong>(2), reader.GetFieldValue<ulong>(3));
        await reader.NextResultAsync(cancellationToken);
        var events = new List<WaitingEvent>();
        while (await reader.ReadAsync(cancellationToken))
            events.Add(new WaitingEvent(reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3)));
        _read = [.. events.Select(read => read.Sequence)];
        var end = _read.Count < count ? long.MaxValue : _read[^1];
        var behind = _behind.Where(sequence => sequence <= _position).ToList();
        _unread = [.. Missing(behind.Except(held), end, oldest, next), .. behind.Where(sequence => sequence > end), .. held];
        return events;
    }

    /// <summary>Notes which of the events just read wait no longer. Not to be cancelled: they were published.</summary>
    /// <param name="done">Those that were published or parked; others, too, that were held.</param>
    public async Task MarkAsync(IReadOnlyCollection<long> done)
    {
        var position = Math.Max(_position, _read.LastOrDefault());
        long[] behind = [.. _read.Concat(_unread).Except(done).Order()];
        if (position == _position && behind.SequenceEqual(_behind)) return;
        // Unless somebody has changed it meanwhile, to have events published again.
        await new SqlBuilder()
            .Add($"UPDATE outbox_position SET sequence = {position}, behind = {behind} WHERE sequence = {_position} AND behind = {_behind}")
            .ExecuteAsync(connection, CancellationToken.None);
    }

    /// <summary>Has the latest of the kept events published again.</summary>
    /// <returns>Whether there are any that had been.</returns>
    public async Task<bool> RestoreAsync(long latest, CancellationToken cancellationToken) => await new SqlBuilder()
        .Add(
            $"""
            UPDATE outbox_position SET sequence = kept.start FROM (
              SELECT greatest(min(sequence) - 1, max(sequence) - {latest}) AS start FROM outbox_events) AS kept WHERE kept.start < sequence
            """)
        .ExecuteAsync(connection, cancellationToken) > 0;

    /// <summary>Moves events aside, where they wait for somebody and are in nobody's way.</summary>
    /// <param name="onlyAfterOthers">Whether only those of opportunities are moved that have parked events already.</param>
    public Task<List<long>> ParkAsync(IReadOnlyCollection<long> sequences, string reason, bool onlyAfterOthers) => new SqlBuilder()
        .Add(
            $"""
            WITH moved AS (
              DELETE FROM outbox_events WHERE sequence = ANY ({sequences.ToArray()})
                AND (NOT {onlyAfterOthers} OR opportunity_id IN (SELECT opportunity_id FROM parked_events))
              RETURNING sequence, id, opportunity_id, occurred_at, content, owner, previous_owner, transaction_id)
            INSERT INTO parked_events (sequence, id, opportunity_id, occurred_at, content, owner, previous_owner, transaction_id, reason)
            SELECT *, {reason} FROM moved RETURNING sequence
            """)
        .ToListAsync(connection, static row => row.GetInt64(0), CancellationToken.None);

    public async Task<(long Count, HashSet<Guid> Opportunities)> ParkedAsync(CancellationToken cancellationToken) =>
        (await new SqlBuilder().Add("SELECT count(*), coalesce(array_agg(DISTINCT opportunity_id), '{}') FROM parked_events").ToListAsync(
            connection, static row => (row.GetInt64(0), row.GetFieldValue<Guid[]>(1).ToHashSet()), cancellationToken)).Single();

    public async Task<Backlog> MeasureAsync(CancellationToken cancellationToken) => (await new SqlBuilder()
        .Add(
            """
            SELECT count(*), coalesce(max(now() - occurred_at), '0')
            FROM (SELECT occurred_at FROM unpublished_events ORDER BY sequence LIMIT 10000) AS waiting
            """)
        .ToListAsync(connection, static row => new Backlog(row.GetInt64(0), row.GetTimeSpan(1)), cancellationToken)).Single();

    /// <summary>
    /// Sequences up to the last that was read which have no row: their transactions have not committed, or were rolled back. Those that
    /// can have none any more are left out: every transaction that ran when one was noticed has ended.
    /// </summary>
    private List<long> Missing(IEnumerable<long> behind, long end, ulong oldest, ulong next)
    {
        var read = _read.ToHashSet();
        var last = _read.LastOrDefault();
        List<long> missing =
        [
            .. behind.Where(sequence => sequence <= end && !read.Contains(sequence)),
            .. last > _position ? Enumerable.Sequence(_position + 1, last, 1).Where(sequence => !read.Contains(sequence)) : [],
        ];
        foreach (var found in _missing.Keys.Except(missing).ToList()) _missing.Remove(found);
        missing.RemoveAll(sequence =>
        {
            if (!_missing.TryGetValue(sequence, out var noticed))
            {
                _missing[sequence] = (null, time.GetTimestamp());
                return false;
            }

            // The next transaction of a later look: whoever drew the sequence is older than it.
            if (noticed.Next is null) _missing[sequence] = noticed with { Next = next };
            return noticed.Next <= oldest && time.GetElapsedTime(noticed.NoticedAt) > _patience;
        });
        return missing;
    }
}

/// <param name="Count">How many events; 10,000 stand for more.</param>
/// <param name="Age">How long the first one has waited; zero where there is none.</param>
internal sealed record Backlog(long Count, TimeSpan Age);
