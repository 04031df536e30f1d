namespace Opportunities.Api.Events;

/// <summary>
/// A connection to the database on which a process hears of writes. With the relay's goes the right to publish: an advisory lock of the
/// session, so that a process that died, hangs or cannot reach the database has lost it.
/// </summary>
internal sealed class CommitSession : IAsyncDisposable
{
    /// <summary>The advisory lock that only one relay of a database holds at a time ("events" in ASCII).</summary>
    private const long RelayLock = 0x6576656e7473;

    private readonly NpgsqlDataSource _source;

    private CommitSession(NpgsqlDataSource source, NpgsqlConnection connection) => (_source, Connection) = (source, connection);

    /// <summary>The connection; not to be used while <see cref="WaitAsync"/> is under way.</summary>
    public NpgsqlConnection Connection { get; }

    /// <param name="name">What the session is called in the database.</param>
    /// <param name="settings">Of the server, beside those of the API's other connections.</param>
    public static async Task<CommitSession> OpenAsync(
        IConfiguration configuration, string name, string settings, CancellationToken cancellationToken)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(Database.ConnectionString(configuration))
        {
            ApplicationName = name,
            Pooling = false,
        };
        connectionString.Options += settings;
        var source = Database.Source(connectionString).Build();
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await new SqlBuilder().Add("LISTEN ").Add(CommitNotifier.Channel).ExecuteAsync(connection, cancellationToken);
            return new CommitSession(source, connection);
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
