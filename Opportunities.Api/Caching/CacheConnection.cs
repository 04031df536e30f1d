using System.Net.Sockets;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>The way to Redis, which may be gone at any time: reads leave it alone for a moment after it failed.</summary>
internal sealed class CacheConnection(IConnectionMultiplexer redis, OpportunityMetrics metrics, TimeProvider time)
{
    /// <summary>How long a read waits for Redis before it goes to the database.</summary>
    public static readonly TimeSpan ReadLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a write waits for Redis before it counts as lost. Longer than <see cref="ReadLimit"/>: acknowledging a write that a
    /// merely slow Redis has not been told of would let another replica answer with the state before it.
    /// </summary>
    public static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a write waits for Redis before its commit; after it, it waits for <see cref="WriteLimit"/>. Below the time that another one
    /// waits for the lock and the connection that it holds meanwhile.
    /// </summary>
    public static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private long _failedAt = long.MinValue;

    /// <summary>The database of Redis.</summary>
    public IDatabase Database { get; } = redis.GetDatabase();

    /// <summary>Whether a read should ask Redis now. A hanging server would otherwise cost every request its time limit.</summary>
    public bool IsWorthAsking
    {
        get
        {
            var failedAt = Volatile.Read(ref _failedAt);
            return redis.IsConnected && (failedAt == long.MinValue || time.GetElapsedTime(failedAt) > _pause);
        }
    }

    /// <summary>Settings that make a lost Redis cost little: no queue of commands, and short limits.</summary>
    public static void Configure(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = 2000;
        options.AsyncTimeout = (int)WriteLimit.TotalMilliseconds;
        options.SyncTimeout = (int)ReadLimit.TotalMilliseconds;
        options.ConnectRetry = 1;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ClientName = "opportunities-api";
    }

    /// <summary>
    /// Whether an exception says that Redis does not answer, or not sensibly. An <see cref="InvalidOperationException"/> or an
    /// <see cref="IOException"/> is what the client lets through of a connection that it tears down, or loses, at that moment.
    /// </summary>
    public static bool IsOutage(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException or IOException or SocketException or InvalidOperationException
            or OperationCanceledException;

    /// <summary>Notes that Redis failed a request.</summary>
    public void Failed()
    {
        Volatile.Write(ref _failedAt, time.GetTimestamp());
        metrics.CacheFailure();
    }
}
