using Npgsql;

namespace Opportunities.Api.Events;

/// <summary>
/// A connection of the relay to the database. With it goes the right to publish: an advisory lock of the session, so that a
/// process that died, hangs or cannot reach the database has lost it.
/// </summary>
internal sealed class OutboxSession : IAsyncDisposable
{
    /// <summary>The advisory lock that only one relay of a database holds at a time ("events" in ASCII).</summary>
    private const long RelayLock = 0x6576656e7473;

    /// <summary>How long a sequence without a row is waited for at least, beyond the end of every transaction that could still write it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _time;
    private readonly Dictionary<long, (ulong? Next, long NoticedAt)> _missing = [];
    private long _position;
    private long[] _behind = [];
    private List<long> _read = [];
    private List<long> _unread = [];

    private OutboxSession(NpgsqlConnection connection, TimeProvider time) => (_connection, _time) = (connection, time);

    public static async Task<OutboxSession> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "opportunities-events", Pooling = false };
        // The server ends the session of a process that hangs, or whose host is gone without a word. A position that a crash of the
        // server forgets only has events published again.
        settings.Options += " -c idle_session_timeout=60s -c synchronous_commit=off";
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return new OutboxSession(connection, time);
    }

    /// <summary>Whether this session may publish, from now until it ends.</summary>
    public async Task<bool> TryLockAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT pg_try_advisory_lock($1)", RelayLock);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The first events that were not published.</summary>
    public async Task<IReadOnlyList<WaitingEvent>> ReadAsync(int count, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                // First, so that the rows are those of a later moment: what ended before it shows in them.
                new("SELECT sequence, behind, pg_snapshot_xmin(now), pg_snapshot_xmax(now) FROM outbox_position, pg_current_snapshot() AS now"),
                new("SELECT sequence, id, opportunity_id, content FROM unpublished_events ORDER BY sequence LIMIT $1") { Parameters = { new() { Value = count } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _position = reader.GetInt64(0);
        _behind = [.. reader.GetFieldValue<long[]>(1).Where(sequence => sequence <= _position)];
        var (oldest, next) = (reader.GetFieldValue<ulong>(2), reader.GetFieldValue<ulong>(3));
        await reader.NextResultAsync(cancellationToken);
        var events = new List<WaitingEvent>();
        while (await reader.ReadAsync(cancellationToken))
            events.Add(new WaitingEvent(reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3)));
        _read = [.. events.Select(read => read.Sequence)];
        var end = _read.Count < count ? long.MaxValue : _read[^1];
        _unread = [.. Missing(end, oldest, next), .. _behind.Where(sequence => sequence > end)];
        return events;
    }

    /// <summary>Notes which of the events just read were published. Not to be cancelled: they were.</summary>
    public async Task MarkAsync(IReadOnlyCollection<long> published)
    {
        var position = Math.Max(_position, _read.LastOrDefault());
        long[] behind = [.. _read.Except(published).Concat(_unread).Order()];
        if (position == _position && behind.SequenceEqual(_behind)) return;
        // Unless somebody has moved the position meanwhile, to have events published again.
        await using var command = Command("UPDATE outbox_position SET sequence = $1, behind = $2 WHERE sequence = $3", position, behind, _position);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Has the latest of the kept events published again.</summary>
    /// <returns>Whether there are any that had been.</returns>
    public async Task<bool> RestoreAsync(int latest, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            UPDATE outbox_position SET sequence = kept.start
            FROM (SELECT greatest(min(sequence) - 1, max(sequence) - $1) AS start FROM outbox_events) AS kept WHERE kept.start < sequence
            """,
            (long)latest);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Deletes published events from before a moment.</summary>
    public async Task CleanAsync(DateTime before, CancellationToken cancellationToken)
    {
        const int Batch = 5000;
        await using var command = Command(
            """
            DELETE FROM outbox_events WHERE sequence IN (
              SELECT sequence FROM outbox_events
              WHERE occurred_at < $1 AND sequence <= (SELECT sequence FROM outbox_position) AND sequence <> ALL ((SELECT behind FROM outbox_position)::bigint[])
              ORDER BY sequence LIMIT $2)
            """,
            before, Batch);
        while (await command.ExecuteNonQueryAsync(cancellationToken) == Batch)
        {
            // Until few are left.
        }
    }

    /// <summary>What waits.</summary>
    public async Task<Backlog> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT count(*), coalesce(max(now() - occurred_at), '0')
            FROM (SELECT occurred_at FROM unpublished_events ORDER BY sequence LIMIT 10000) AS waiting
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Backlog(reader.GetInt64(0), reader.GetTimeSpan(1));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>
    /// Sequences up to the last that was read which have no row: their transactions have not committed, or were rolled back. Those that
    /// can have none any more are left out: every transaction that ran when one was noticed has ended.
    /// </summary>
    private List<long> Missing(long end, ulong oldest, ulong next)
    {
        var read = _read.ToHashSet();
        var last = _read.LastOrDefault();
        List<long> missing =
        [
            .. _behind.Where(sequence => sequence <= end && !read.Contains(sequence)),
            .. last > _position ? Enumerable.Sequence(_position + 1, last, 1).Where(sequence => !read.Contains(sequence)) : [],
        ];
        foreach (var found in _missing.Keys.Except(missing).ToList()) _missing.Remove(found);
        missing.RemoveAll(sequence =>
        {
            if (!_missing.TryGetValue(sequence, out var noticed))
            {
                _missing[sequence] = (null, _time.GetTimestamp());
                return false;
            }

            // The next transaction of a later look: whoever drew the sequence is older than it.
            if (noticed.Next is null) _missing[sequence] = noticed with { Next = next };
            return noticed.Next <= oldest && _time.GetElapsedTime(noticed.NoticedAt) > _patience;
        });
        return missing;
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}

/// <summary>What waits in the outbox.</summary>
/// <param name="Count">How many events; 10,000 stand for more.</param>
/// <param name="Age">How long the first one has waited; zero where there is none.</param>
internal sealed record Backlog(long Count, TimeSpan Age);
