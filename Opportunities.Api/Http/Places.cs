using System.Threading.RateLimiting;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Http;

/// <summary>
/// A limit on what may be under way at the same time: so much for each caller, and so much for all, so that one caller leaves room for
/// others and all together leave room for the process itself. Who finds no place waits for a moment, first come, first served.
/// </summary>
internal sealed class Places(string what, int perCaller, int all, TimeSpan patience) : IDisposable
{
    /// <summary>Above what the limits on requests let through.</summary>
    private const int Queue = 100_000;

    private readonly PartitionedRateLimiter<string> _callers = PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => AtOnce(perCaller)), StringComparer.Ordinal);

    private readonly ConcurrencyLimiter _all = new(AtOnce(all));

    /// <summary>How many places are taken, and how many were given back since the start.</summary>
    public (long Taken, long GivenBack) Usage
    {
        get
        {
            var statistics = _all.GetStatistics()!;
            var taken = all - statistics.CurrentAvailablePermits;
            return (taken, statistics.TotalSuccessfulLeases - taken);
        }
    }

    /// <summary>Takes a place; dispose of it to give it back.</summary>
    /// <exception cref="ApiException">429 the caller's own places were taken all the time; 503 all were.</exception>
    public async ValueTask<IDisposable> EnterAsync(string caller, CancellationToken cancellationToken)
    {
        var own = await WaitAsync(
            _callers.AttemptAcquire(caller), limit => _callers.AcquireAsync(caller, 1, limit), cancellationToken)
            ?? throw ApiException.TooManyRequests($"You have {perCaller} {what} under way. Wait for one to end.");
        try
        {
            var shared = await WaitAsync(_all.AttemptAcquire(), limit => _all.AcquireAsync(1, limit), cancellationToken)
                ?? throw ApiException.Unavailable($"Too many {what} are under way.");
            return new Place(own, shared);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _callers.Dispose();
        _all.Dispose();
    }

    private async ValueTask<RateLimitLease?> WaitAsync(
        RateLimitLease attempt, Func<CancellationToken, ValueTask<RateLimitLease>> wait, CancellationToken cancellationToken)
    {
        if (attempt.IsAcquired) return attempt;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            var lease = await wait(limit.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ConcurrencyLimiterOptions AtOnce(int permits) => new() { PermitLimit = permits, QueueLimit = Queue };

    private sealed class Place(RateLimitLease own, RateLimitLease shared) : IDisposable
    {
        public void Dispose()
        {
            shared.Dispose();
            own.Dispose();
        }
    }
}
