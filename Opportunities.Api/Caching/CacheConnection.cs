using System.Net.Sockets;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>Redis, which may be gone at any time: reads leave it alone for a moment after it failed.</summary>
internal sealed class CacheConnection(IConnectionMultiplexer redis, OpportunityMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private int _isOut;

    public IDatabase Database { get; } = redis.GetDatabase();

    /// <summary>Whether a read should ask Redis now: it was found to answer since it last failed, which no request waits for.</summary>
    public bool IsUsable => redis.IsConnected && Volatile.Read(ref _isOut) == 0;

    /// <summary>Settings that make a lost Redis cost little: no queue of commands, and short limits.</summary>
    public static void Configure(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = (int)TimeLimits.CacheConnect.TotalMilliseconds;
        options.AsyncTimeout = (int)TimeLimits.CacheBackground.TotalMilliseconds;
        options.SyncTimeout = (int)TimeLimits.CacheRead.TotalMilliseconds;
        options.ConnectRetry = 1;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ClientName = "opportunities-api";
    }

    /// <summary>
    /// Whether an exception says that Redis does not answer, or not sensibly. The client lets an <see cref="InvalidOperationException"/> or
    /// <see cref="IOException"/> through where it loses a connection, or tears it down, at that moment.
    /// </summary>
    public static bool IsOutage(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException or IOException or SocketException
            or InvalidOperationException or OperationCanceledException;

    /// <summary>Makes reads leave Redis alone until it answers again.</summary>
    public void ReportFailure()
    {
        metrics.CacheFailures.Add(1);
        if (Interlocked.Exchange(ref _isOut, 1) != 0) return;
        // The wait is no part of the request that happens to fail first.
        ThreadPool.UnsafeQueueUserWorkItem(static cache => _ = cache.WaitUntilItAnswersAsync(), this, preferLocal: false);
    }

    private async Task WaitUntilItAnswersAsync()
    {
        do await Task.Delay(_pause, time);
        while (!await AnswersAsync());
        Volatile.Write(ref _isOut, 0);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await Database.PingAsync().WaitAsync(TimeLimits.CacheRead);
            return true;
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            return false;
        }
    }
}
