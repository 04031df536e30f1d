using Opportunities.LocalHost;

namespace Opportunities.Tests.Servers;

/// <summary>
/// One PostgreSQL and one Redis for the whole test run, started when a test first asks for them and gone when the run ends.
/// What a test would disturb for others (a crash, a pause) it does to a server of its own: <see cref="StartPostgresAsync"/>.
/// </summary>
internal static class SharedServers
{
    private static readonly Lazy<TestDirectory> Data = new(() => new TestDirectory());
    private static readonly Lazy<Task<PostgresServer>> Postgres = new(() => StartPostgresAsync(Path.Combine(Data.Value.Path, "postgres")));
    private static readonly Lazy<Task<RedisServer>> Redis = new(() => RedisServer.StartAsync(new RedisServerOptions()));
    private static int _databases;

    static SharedServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();

    /// <summary>The PostgreSQL server: not durable, on a free port.</summary>
    public static Task<PostgresServer> PostgresAsync() => Postgres.Value;

    /// <summary>The Redis server, on a free port. Tests share its keys: give each system under test an instance name, or a server of its own.</summary>
    public static Task<RedisServer> RedisAsync() => Redis.Value;

    /// <summary>Creates a database that no other test has.</summary>
    /// <param name="template">A database to copy, to which nobody is connected (a migrated one, say: much quicker than migrating again).</param>
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
        if (Redis.IsValueCreated && Redis.Value.IsCompletedSuccessfully)
            Redis.Value.Result.KillAsync().GetAwaiter().GetResult();
        if (Postgres.IsValueCreated && Postgres.Value.IsCompletedSuccessfully)
            Postgres.Value.Result.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (Data.IsValueCreated)
            Data.Value.Dispose();
    }
}
