using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Opportunities.Api.Auth;

namespace Opportunities.Api.Http;

/// <summary>Section <c>RateLimits</c>: limits of one process. The defaults stop a runaway program, not a load test.</summary>
internal sealed class RateLimitSettings
{
    public const string Section = "RateLimits";

    /// <summary>Requests that a caller may make at once after a pause.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 50_000;

    /// <summary>Requests a second that a caller may make for ever.</summary>
    [Range(1, 1_000_000)]
    public int PerSecond { get; set; } = 5_000;

    /// <summary>Requests of a caller served at the same time; below <see cref="Concurrent"/>, so that there is room for others.</summary>
    [Range(1, 100_000)]
    public int ConcurrentPerCaller { get; set; } = 512;

    /// <summary>Connections to the database that a caller's requests hold at the same time; others of its requests wait for one.</summary>
    [Range(1, 1_000)]
    public int DatabasePerCaller { get; set; } = 10;

    /// <summary>Requests that are served at the same time.</summary>
    [Range(1, 100_000)]
    public int Concurrent { get; set; } = 1_024;

    /// <summary>Requests that wait for their turn beyond those, first come, first served.</summary>
    [Range(0, 100_000)]
    public int Queue { get; set; } = 1_024;

    /// <summary>Requests of a caller that may wait for changes; none of them counts as served at the same time.</summary>
    [Range(1, 100_000)]
    public int WaitingPerCaller { get; set; } = 2_048;

    /// <summary>Requests that may wait for changes.</summary>
    [Range(1, 100_000)]
    public int Waiting { get; set; } = 4_096;
}

/// <summary>Endpoint metadata: a request may wait for long, and holds nothing that others need. It has limits of its own.</summary>
internal sealed class TakesLong;

/// <summary>
/// A token bucket and a number of concurrent requests for each caller (the token's subject, or the address of who has no token), and a
/// number of concurrent requests with a bounded queue for all. Health probes are not limited.
/// </summary>
internal static class RateLimits
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitSettings>().BindConfiguration(RateLimitSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CallerQuota>();
        services.AddRateLimiter(static _ => { });
        services.AddOptions<RateLimiterOptions>().Configure<CallerQuota, IOptions<RateLimitSettings>, OpportunityMetrics>(Configure);
    }

    private static void Configure(
        RateLimiterOptions limiter, CallerQuota quota, IOptions<RateLimitSettings> settings, OpportunityMetrics metrics)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        var limits = settings.Value;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            quota.Limit.OnRequests(static context => IsLimited(context) ? Caller(context) : null),
            Limit.AtOnce(limits.ConcurrentPerCaller, queue: 0).OnRequests(static context => IsShort(context) ? Caller(context) : null),
            Limit.AtOnce(limits.Concurrent, limits.Queue).OnRequests(static context => IsShort(context) ? Limit.Everybody : null));
        limiter.OnRejected = (context, _) =>
        {
            metrics.Limited.Add(1);
            if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
            {
                context.HttpContext.Response.Headers.RetryAfter =
                    Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            return ValueTask.CompletedTask;
        };
    }

    public static string Caller(HttpContext context) =>
        context.User is CallerPrincipal user ? user.Caller.Subject : $"address {context.Connection.RemoteIpAddress}";

    private static bool IsLimited(HttpContext context) => context.Request.Path.StartsWithSegments("/api");

    private static bool IsShort(HttpContext context) =>
        IsLimited(context) && context.GetEndpoint()?.Metadata.GetMetadata<TakesLong>() is null;
}
