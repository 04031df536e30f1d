namespace Opportunities.Api.Events;

/// <summary>
/// A connection of the relay to the database, on which it hears of writes. With it goes the right to publish: an advisory lock of the
/// session, so that a process that died, hangs or cannot reach the database has lost it.
/// </summary>
internal sealed class RelaySession : IAsyncDisposable
{
    /// <summary>The advisory lock that only one relay of a database holds at a time ("events" in ASCII).</summary>
    private const long RelayLock = 0x6576656e7473;

    private readonly NpgsqlDataSource _source;

    private RelaySession(NpgsqlDataSource source, NpgsqlConnection connection) => (_source, Connection) = (source, connection);

    /// <summary>The connection; not to be used while <see cref="WaitAsync"/> is under way.</summary>
    public NpgsqlConnection Connection { get; }

    public static async Task<RelaySession> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "opportunities-events", Pooling = false };
        // The server ends the session of a process that hangs, or whose host is gone without a word. A position that a crash of the
        // server forgets only has events published again.
        settings.Options += " -c idle_session_timeout=60s -c synchronous_commit=off";
        var source = Database.Source(settings).Build();
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await new SqlBuilder().Add("LISTEN ").Add(CommitNotifier.Channel).ExecuteAsync(connection, cancellationToken);
            return new RelaySession(source, connection);
        }
        catch
        {
            await connection.DisposeAsync();
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether this session may publish, from now until it ends.</summary>
    public async Task<bool> TryLockAsync(CancellationToken cancellationToken) =>
        (await new SqlBuilder().Add($"SELECT pg_try_advisory_lock({RelayLock})")
            .ToListAsync(Connection, static row => row.GetBoolean(0), cancellationToken)).Single();

    /// <returns>Whether it was; false where the time is over.</returns>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) => Connection.WaitAsync(limit, cancellationToken);

    /// <summary>Gives the right to publish back, and has those who wait for it look.</summary>
    public async Task ReleaseAsync()
    {
        await using var command = new NpgsqlCommand(
            $"SELECT pg_advisory_unlock_all(), pg_notify('{CommitNotifier.Channel}', '')", Connection)
        {
            CommandTimeout = 1,
        };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _source.DisposeAsync();
    }
}
