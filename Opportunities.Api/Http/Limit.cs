using System.Threading.RateLimiting;

namespace Opportunities.Api.Http;

/// <summary>A limit that each of its holders has for itself.</summary>
/// <param name="create">Makes it for a holder.</param>
internal sealed class Limit(Func<RateLimiter> create)
{
    /// <summary>Those of all limits: a partitioned limiter wakes ten times a second, also where nothing is under way.</summary>
    private static readonly PartitionedRateLimiter<Share> _shares = PartitionedRateLimiter.Create<Share, Share>(
        static share => share.Of is null
            ? RateLimitPartition.GetNoLimiter(share)
            : RateLimitPartition.Get(share, static share => share.Of!.Create()));

    /// <summary>The holder of what all share.</summary>
    public const string Everybody = "all";

    /// <summary>A limit on what a holder has under way at the same time.</summary>
    public static Limit AtOnce(int permits, int queue) =>
        new(() => new ConcurrencyLimiter(new() { PermitLimit = permits, QueueLimit = queue }));

    public RateLimitLease AttemptAcquire(string holder) => _shares.AttemptAcquire(new(this, holder));

    public ValueTask<RateLimitLease> AcquireAsync(string holder, CancellationToken cancellationToken) =>
        _shares.AcquireAsync(new(this, holder), 1, cancellationToken);

    public RateLimiterStatistics GetStatistics(string holder) => _shares.GetStatistics(new(this, holder))!;

    /// <summary>The limit on requests.</summary>
    /// <param name="holder">Whose share a request takes; null where it takes none.</param>
    public PartitionedRateLimiter<HttpContext> OnRequests(Func<HttpContext, string?> holder) => _shares.WithTranslatedKey<HttpContext>(
        context => holder(context) is { } found ? new(this, found) : default, leaveOpen: true);

    private RateLimiter Create() => create();

    private readonly record struct Share(Limit? Of, string Holder);
}
