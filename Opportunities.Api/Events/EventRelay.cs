using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Opportunities.Data;

namespace Opportunities.Api.Events;

/// <summary>
/// Publishes what the outbox holds, at least once and in order. Of all processes on a database one relays; the others wait for its
/// session to end.
/// </summary>
internal sealed partial class EventRelay(
    IServiceScopeFactory scopes, IEventSink sink, IOptions<EventOptions> options, OpportunityMetrics metrics, TimeProvider time, ILogger<EventRelay> logger)
    : BackgroundService
{
    private const int BatchSize = 100;

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _standby = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _measuring = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);
    private readonly long _created = time.GetTimestamp();
    private int _failures;

    /// <summary>For how long this process has been publishing, or ready to.</summary>
    public TimeSpan Age => time.GetElapsedTime(_created);

    /// <summary>Whether this process would publish, and cannot.</summary>
    public bool IsFailing => Volatile.Read(ref _failures) > 0;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunSessionAsync(stoppingToken);
            }
            catch (Exception exception)
            {
                // The host stops when a background service throws: events that cannot be published must not take the API with them.
                if (stoppingToken.IsCancellationRequested) return;
                metrics.Backlog = null;
                await PauseAsync(exception.GetBaseException().Message, stoppingToken);
            }
        }
    }

    private async Task RunSessionAsync(CancellationToken cancellationToken)
    {
        await using var outbox = await OutboxSession.OpenAsync(ConnectionString(), time, cancellationToken);
        while (!await outbox.TryLockAsync(cancellationToken))
        {
            Recovered();
            await Task.Delay(_standby, time, cancellationToken);
        }

        LogRelays();
        long? measuredAt = null;
        long? cleanedAt = null;
        while (true)
        {
            if (IsDue(ref measuredAt, _measuring)) metrics.Backlog = await outbox.MeasureAsync(cancellationToken);
            if (IsDue(ref cleanedAt, options.Value.CleaningInterval))
                await outbox.CleanAsync(time.GetUtcNow().UtcDateTime - options.Value.Retention, cancellationToken);
            try
            {
                var published = await PublishAsync(outbox, cancellationToken);
                Recovered();
                if (published < BatchSize) await Task.Delay(_poll, time, cancellationToken);
            }
            catch (EventSinkException exception)
            {
                await PauseAsync(exception.Message, cancellationToken);
            }
        }
    }

    private async Task<int> PublishAsync(OutboxSession outbox, CancellationToken cancellationToken)
    {
        var begins = !await sink.IsThereAsync();
        if (begins && await outbox.RestoreAsync(sink.Capacity, cancellationToken)) LogLost();
        var events = await outbox.ReadAsync(BatchSize, cancellationToken);
        var (published, failure) = events.Count > 0 ? await sink.PublishAsync(events, begins, cancellationToken) : new Publication([], null);
        await outbox.MarkAsync(published);
        metrics.Published(published.Count);
        return failure is null ? published.Count : throw new EventSinkException(failure);
    }

    // Longer with each failure, and never the same in two processes.
    private async Task PauseAsync(string reason, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _failures) == 1) LogFailing(reason);
        var pause = TimeSpan.FromMilliseconds(500 * Math.Pow(2, Math.Min(_failures, 10) - 1));
        await Task.Delay((pause < _longestPause ? pause : _longestPause) * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref _failures, 0) > 0) LogRecovered();
    }

    private bool IsDue(ref long? last, TimeSpan interval)
    {
        if (last is { } moment && time.GetElapsedTime(moment) < interval) return false;
        last = time.GetTimestamp();
        return true;
    }

    private string ConnectionString()
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>().Database.GetConnectionString()!;
    }

    [LoggerMessage(LogLevel.Information, "This process publishes the events.")]
    private partial void LogRelays();

    [LoggerMessage(LogLevel.Warning, "Events cannot be published; they are kept, and it is tried again: {Reason}")]
    private partial void LogFailing(string reason);

    [LoggerMessage(LogLevel.Information, "Events can be published again.")]
    private partial void LogRecovered();

    [LoggerMessage(LogLevel.Warning, "The stream of events was lost: what the outbox still has is published again.")]
    private partial void LogLost();
}
