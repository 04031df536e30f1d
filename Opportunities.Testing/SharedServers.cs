namespace Opportunities.Testing;

/// <summary>
/// One PostgreSQL and one Redis for the whole test run, started when a test first asks for them and gone when the run ends.
/// What a test would disturb for others (a crash, a pause) it does to a server of its own: <see cref="StartPostgresAsync"/>.
/// </summary>
internal static class SharedServers
{
    private static readonly Lazy<TestDirectory> _data = new(() => new TestDirectory());
    private static readonly Lazy<Task<PostgresServer>> _postgres = new(() => StartPostgresAsync(_data.Value["postgres"]));
    private static readonly Lazy<Task<RedisServer>> _redis = new(() => RedisServer.StartAsync(new RedisServerOptions()));
    private static int _databases;

    static SharedServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();

    /// <summary>The PostgreSQL server: not durable, on a free port.</summary>
    public static Task<PostgresServer> PostgresAsync() => _postgres.Value;

    /// <summary>The Redis server, on a free port. Tests share its keys: a system under test wants a server of its own.</summary>
    public static Task<RedisServer> RedisAsync() => _redis.Value;

    /// <summary>Creates a database that no other test has.</summary>
    /// <param name="template">A database to copy, to which nobody is connected: quicker than migrating an empty one.</param>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var postgres = await PostgresAsync();
        return await postgres.CreateDatabaseAsync($"test_{Interlocked.Increment(ref _databases)}", template);
    }

    /// <summary>Starts a throw-away server that a test has to itself, and disposes of.</summary>
    public static Task<PostgresServer> StartPostgresAsync(string dataDirectory) => PostgresServer.StartAsync(new PostgresServerOptions
    {
        DataDirectory = dataDirectory,
        IsDurable = false,
        DeleteDataOnDispose = true,
    });

    private static void Stop()
    {
        if (_redis.IsValueCreated && _redis.Value.IsCompletedSuccessfully) _redis.Value.Result.KillAsync().GetAwaiter().GetResult();
        if (_postgres.IsValueCreated && _postgres.Value.IsCompletedSuccessfully)
            _postgres.Value.Result.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (_data.IsValueCreated) _data.Value.Dispose();
    }
}
