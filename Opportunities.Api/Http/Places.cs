using System.Threading.RateLimiting;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Http;

/// <summary>
/// A limit on what may be under way at the same time: so much for each caller, and so much for all, so that one caller leaves room for
/// others and all together leave room for the process itself. Who finds no place waits for a moment, first come, first served.
/// </summary>
internal sealed class Places(string what, int perCaller, int all, TimeSpan patience)
{
    /// <summary>Above what the limits on requests let through.</summary>
    private const int Queue = 100_000;

    private readonly Limit _own = Limit.AtOnce(perCaller, Queue);
    private readonly Limit _shared = Limit.AtOnce(all, Queue);

    /// <summary>How many places are taken, and how many were given back; that is counted anew after a rest.</summary>
    public (long Taken, long GivenBack) Usage
    {
        get
        {
            var statistics = _shared.GetStatistics(Limit.Everybody);
            var taken = all - statistics.CurrentAvailablePermits;
            return (taken, statistics.TotalSuccessfulLeases - taken);
        }
    }

    /// <summary>Takes a place; dispose of it to give it back.</summary>
    /// <exception cref="ApiException">429 the caller's own places were taken all the time; 503 all were.</exception>
    public async ValueTask<IDisposable> EnterAsync(string caller, CancellationToken cancellationToken)
    {
        var own = await WaitAsync(_own, caller, cancellationToken)
            ?? throw ApiException.TooManyRequests($"You have {perCaller} {what} under way. Wait for one to end.");
        try
        {
            var shared = await WaitAsync(_shared, Limit.Everybody, cancellationToken)
                ?? throw ApiException.Unavailable($"Too many {what} are under way.");
            return new Place(own, shared);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    private async ValueTask<RateLimitLease?> WaitAsync(Limit limit, string holder, CancellationToken cancellationToken)
    {
        var attempt = limit.AttemptAcquire(holder);
        if (attempt.IsAcquired) return attempt;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(patience);
        try
        {
            var lease = await limit.AcquireAsync(holder, waiting.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed class Place(RateLimitLease own, RateLimitLease shared) : IDisposable
    {
        public void Dispose()
        {
            shared.Dispose();
            own.Dispose();
        }
    }
}
