using System.Threading.RateLimiting;

namespace Opportunities.Api.Http;

/// <summary>How many requests a caller may make of this process, and the headers for it (draft-ietf-httpapi-ratelimit-headers).</summary>
internal sealed class CallerQuota
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
        Limit = new(() => new TokenBucketRateLimiter(new()
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            // Whoever keeps the limits of all holders has one timer for them.
            AutoReplenishment = false,
        }));
    }

    public Limit Limit { get; }

    /// <summary>Says what the caller of a request under <c>/api</c> may, and what it has left.</summary>
    public void Tell(HttpContext context)
    {
        var (headers, left) = (context.Response.Headers, Limit.GetStatistics(RateLimits.Caller(context)).CurrentAvailablePermits);
        headers[PolicyHeader] = _policy;
        // A bucket gets more within a second, unless it is full.
        headers[Header] = left == _burst ? _full : string.Create(CultureInfo.InvariantCulture, $"{Name};r={left};t=1");
    }
}
