using System.Threading.RateLimiting;

namespace Opportunities.Api.Http;

/// <summary>How many requests a caller may make of this process, and the headers for it (draft-ietf-httpapi-ratelimit-headers).</summary>
internal sealed class CallerQuota : IDisposable
{
    public const string PolicyHeader = "RateLimit-Policy";
    public const string Header = "RateLimit";

    private const string Name = "\"caller\"";

    private readonly int _burst;
    private readonly string _policy;
    private readonly string _full;

    public CallerQuota(IOptions<RateLimitSettings> settings)
    {
        var (burst, perSecond) = (settings.Value.Burst, settings.Value.PerSecond);
        _burst = burst;
        _policy = string.Create(CultureInfo.InvariantCulture, $"{Name};q={burst};w={(burst + perSecond - 1) / perSecond}");
        _full = string.Create(CultureInfo.InvariantCulture, $"{Name};r={burst}");
        Limiter = RateLimits.Limit(RateLimits.Caller, _ => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            // The partitioned limiter has one timer for all.
            AutoReplenishment = false,
        }));
    }

    public PartitionedRateLimiter<HttpContext> Limiter { get; }

    /// <summary>Says what the caller of a request under <c>/api</c> may, and what it has left.</summary>
    public void Tell(HttpContext context)
    {
        var (headers, left) = (context.Response.Headers, Limiter.GetStatistics(context)!.CurrentAvailablePermits);
        headers[PolicyHeader] = _policy;
        // A bucket gets more within a second, unless it is full.
        headers[Header] = left == _burst ? _full : string.Create(CultureInfo.InvariantCulture, $"{Name};r={left};t=1");
    }

    public void Dispose() => Limiter.Dispose();
}
