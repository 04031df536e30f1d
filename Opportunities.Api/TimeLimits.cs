namespace Opportunities.Api;

/// <summary>Time limits. That of a part is below that of the whole. A test compares them with docs/reliability.md.</summary>
internal static class TimeLimits
{
    public static readonly TimeSpan DatabaseConnect = TimeSpan.FromSeconds(3);

    /// <summary>For a lock on a row or a table.</summary>
    public static readonly TimeSpan DatabaseLock = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan DatabaseCommand = TimeSpan.FromSeconds(10);

    /// <summary>The server ends the statement, where the client could not.</summary>
    public static readonly TimeSpan DatabaseStatement = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan DatabaseCancellation = TimeSpan.FromSeconds(1);

    /// <summary>For one of the caller's connections: about as long as the request before it may take.</summary>
    public static readonly TimeSpan DatabasePlace = TimeSpan.FromSeconds(10);

    /// <summary>For changes, by a request that asks to wait for them; below what load balancers take for a lost server.</summary>
    public static readonly TimeSpan ChangesWait = TimeSpan.FromSeconds(20);

    /// <summary>For a page of changes where most of what is read is not asked for; then it goes on with the next request.</summary>
    public static readonly TimeSpan ChangesRead = TimeSpan.FromSeconds(5);

    /// <summary>For a place to import, to export or for a batch: as long as a client waits for a file.</summary>
    public static readonly TimeSpan TransferPlace = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan CacheConnect = TimeSpan.FromSeconds(2);

    /// <summary>For Redis, by a read; then it goes to the database.</summary>
    public static readonly TimeSpan CacheRead = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// For Redis, by a write before its commit, and once more after it. Redis does what was sent by then before anything that a later
    /// read sends, however late: a slow Redis makes nothing stale. One whose connection ends meanwhile is lost.
    /// </summary>
    public static readonly TimeSpan CacheWrite = TimeSpan.FromMilliseconds(500);

    /// <summary>For a Redis that was lost and may be back, by a write after its commit.</summary>
    public static readonly TimeSpan LostCacheWrite = TimeSpan.FromMilliseconds(50);

    /// <summary>For Redis, by work that no request waits for.</summary>
    public static readonly TimeSpan CacheBackground = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan IssuerKeys = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan ObjectStore = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan Queue = TimeSpan.FromSeconds(3);

    /// <summary>For a queue to take a batch of events before what it took is noted: well within the relay's hold on its session.</summary>
    public static readonly TimeSpan EventBatch = TimeSpan.FromSeconds(20);

    public static readonly TimeSpan RequestHeaders = TimeSpan.FromSeconds(15);

    /// <summary>For a body to come whole: who sends it letter by letter holds memory meanwhile.</summary>
    public static readonly TimeSpan RequestBody = TimeSpan.FromSeconds(60);

    /// <summary>For an uploaded file to come whole.</summary>
    public static readonly TimeSpan ImportBody = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For a dependency, by a health report: an outage shows within 5 s though the report before it took as long, for another dependency,
    /// and is used for a second.
    /// </summary>
    public static readonly TimeSpan HealthReport = TimeSpan.FromMilliseconds(1800);

    /// <summary>For a dependency to answer what a health check asks it, whether or not a report still waits.</summary>
    public static readonly TimeSpan HealthCheck = TimeSpan.FromSeconds(3);
}
