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

    private readonly NpgsqlConnection _connection;

    private OutboxSession(NpgsqlConnection connection) => _connection = connection;

    public static async Task<OutboxSession> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "opportunities-events", Pooling = false };
        // The server ends the session of a process that hangs, or whose host is gone without a word.
        settings.Options += " -c idle_session_timeout=60s";
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return new OutboxSession(connection);
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
        await using var command = Command(
            "SELECT sequence, id, opportunity_id, content FROM outbox_events WHERE published_at IS NULL ORDER BY sequence LIMIT $1", count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<WaitingEvent>();
        while (await reader.ReadAsync(cancellationToken))
            events.Add(new WaitingEvent(reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3)));
        return events;
    }

    /// <summary>Notes that events were published. Not to be cancelled: they were.</summary>
    public async Task MarkAsync(IReadOnlyCollection<long> sequences)
    {
        await using var command = Command("UPDATE outbox_events SET published_at = now() WHERE sequence = ANY($1)", sequences.ToArray());
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Has the latest events published again.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RestoreAsync(int latest, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "UPDATE outbox_events SET published_at = NULL WHERE published_at IS NOT NULL AND sequence > (SELECT max(sequence) FROM outbox_events) - $1",
            (long)latest);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes events that were published before a moment.</summary>
    public async Task CleanAsync(DateTime before, CancellationToken cancellationToken)
    {
        const int Batch = 5000;
        await using var command = Command(
            "DELETE FROM outbox_events WHERE sequence IN (SELECT sequence FROM outbox_events WHERE published_at < $1 ORDER BY sequence LIMIT $2)", before, Batch);
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
            FROM (SELECT occurred_at FROM outbox_events WHERE published_at IS NULL ORDER BY sequence LIMIT 10000) AS waiting
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Backlog(reader.GetInt64(0), reader.GetTimeSpan(1));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

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
