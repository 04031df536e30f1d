namespace Opportunities.Api;

/// <summary>How long a request waits for what, each below the next one that it is part of (docs/reliability.md).</summary>
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

    /// <summary>For a place to import or export: as long as a client waits for a file.</summary>
    public static readonly TimeSpan TransferPlace = TimeSpan.FromSeconds(30);

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
