using System.Diagnostics;
using Opportunities.Api.Background;

namespace Opportunities.Api.Events;

/// <summary>
/// Publishes what the outbox holds, at least once and in order. Of all processes on a database one relays, and does the background jobs of
/// all; the others wait for its session to end. It waits for <see cref="CommitNotifier"/>, looks often while there is something to publish,
/// and seldom otherwise.
/// </summary>
internal sealed partial class EventRelay(
    IConfiguration configuration, IEventSink sink, JobRunner jobs, IOptions<EventOptions> options, OpportunityMetrics metrics,
    TimeProvider time, ILogger<EventRelay> logger)
    : BackgroundService
{
    private const int BatchSize = 100;

    /// <summary>As many that are refused, and none that is taken, are no coincidence.</summary>
    private const int Many = 10;

    /// <summary>From one look to the next while there is something to publish, or was just now.</summary>
    private static readonly TimeSpan _busyPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>For how long after a write it is looked often: longer than from one notification of a process to its next.</summary>
    private static readonly TimeSpan _busyFor = 2 * CommitNotifier.Interval;

    /// <summary>While something waits that cannot be published yet.</summary>
    private static readonly TimeSpan _waitingPoll = TimeSpan.FromSeconds(1);

    /// <summary>Otherwise, for what nobody was told of.</summary>
    private static readonly TimeSpan _idlePoll = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _standby = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _measuring = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);
    private readonly long _created = time.GetTimestamp();
    private int _failures;
    private volatile bool _isStuck;
    private bool _hasSeenSink;

    /// <summary>For how long this process has been publishing, or ready to.</summary>
    public TimeSpan Age => time.GetElapsedTime(_created);

    /// <summary>Whether this process would publish, and cannot, or not all.</summary>
    public bool IsFailing => Volatile.Read(ref _failures) > 0 || _isStuck;

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
                await PauseAsync(exception.GetBaseException().Message, stoppingToken);
            }
        }
    }

    private async Task RunSessionAsync(CancellationToken cancellationToken)
    {
        // The server ends the session of a process that hangs, or whose host is gone without a word. A position that a crash of the
        // server forgets only has events published again.
        await using var session = await CommitSession.OpenAsync(
            configuration, "opportunities-events", " -c idle_session_timeout=60s -c synchronous_commit=off", cancellationToken);
        while (!await session.TryLockAsync(cancellationToken))
        {
            ResetFailures();
            // A lock that was given up without a word is noticed with the next write, when somebody has to publish.
            await Task.Delay(_standby, time, cancellationToken);
            await session.WaitAsync(_idlePoll, cancellationToken);
        }

        LogRelays();
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = jobs.RunAsync(leading.Token);
        try
        {
            await RelayAsync(session, cancellationToken);
        }
        finally
        {
            await leading.CancelAsync();
            await running;
            metrics.ForgetLeading();
            _isStuck = false;
            if (cancellationToken.IsCancellationRequested) await session.ReleaseAsync();
        }
    }

    private async Task RelayAsync(CommitSession session, CancellationToken cancellationToken)
    {
        var turn = new Turn(new Outbox(session.Connection, time), new StuckEvents(time));
        long? measuredAt = null;
        var busySince = time.GetTimestamp();
        while (true)
        {
            var found = 0;
            try
            {
                found = await PublishAsync(turn, cancellationToken);
                ResetFailures();
            }
            catch (EventSinkException exception)
            {
                turn.SinkAt = null;
                if (IsDue(ref measuredAt, _measuring)) metrics.Backlog = await turn.Outbox.MeasureAsync(cancellationToken);
                await PauseAsync(exception.Message, cancellationToken);
                continue;
            }

            var isWaiting = turn.Outbox.HasGaps || turn.Stuck.Any;
            if (found < BatchSize && !isWaiting) metrics.Backlog = new Backlog(0, TimeSpan.Zero);
            else if (IsDue(ref measuredAt, _measuring)) metrics.Backlog = await turn.Outbox.MeasureAsync(cancellationToken);
            if (found > 0)
            {
                jobs.FollowWrites();
                busySince = time.GetTimestamp();
            }

            if (found >= BatchSize) continue;
            var poll = time.GetElapsedTime(busySince) < _busyFor ? _busyPoll : isWaiting ? _waitingPoll : _idlePoll;
            if (await session.WaitAsync(poll, cancellationToken)) busySince = time.GetTimestamp();
        }
    }

    /// <returns>How many events were found; a batch where it is to be looked again at once.</returns>
    private async Task<int> PublishAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (IsDue(ref turn.ParkedAt, _idlePoll)) await CountParkedAsync(turn, cancellationToken);
        var events = await turn.Outbox.ReadAsync(BatchSize, turn.Stuck.BeginLook(), cancellationToken);
        if (events.Count == 0 && !IsDue(ref turn.SinkAt, _idlePoll)) return await DoneAsync(turn, [], 0);

        var begins = !await sink.IsThereAsync();
        if (begins && await turn.Outbox.RestoreAsync(sink.Capacity, cancellationToken))
        {
            if (_hasSeenSink) LogLost();
            else LogBegins();
            return BatchSize;
        }

        _hasSeenSink |= !begins;
        var parked = await ParkFollowersAsync(turn, events, cancellationToken);
        var ready = events.Where(waiting => !parked.Contains(waiting.Sequence) && !turn.Stuck.Hold(waiting)).ToList();
        if (ready.Count == 0) return await DoneAsync(turn, parked, events.Count);

        using var activity = Start(ready);
        var publication = await sink.PublishAsync(ready, begins, cancellationToken);
        _hasSeenSink = true;
        metrics.Published.Add(publication.Published.Count);
        activity?.SetTag("messaging.batch.message_count", publication.Published.Count);
        await DoneAsync(turn, [.. publication.Published, .. parked, .. await SortAsync(turn, ready, publication, cancellationToken)], 0);
        return Outage(publication) is { } reason ? throw new EventSinkException(reason) : events.Count;
    }

    /// <summary>Why nothing is taken: a refusal is of one event, unless all of many are refused, or the sink is at fault.</summary>
    private static string? Outage(Publication publication) => publication.Outage
        ?? (publication.Published.Count == 0
            && (publication.Refused.Count >= Many || publication.Refused.Values.Any(static refusal => !refusal.IsItsOwn))
            ? publication.Refused.Values.First().Reason
            : null);

    private async Task<int> DoneAsync(Turn turn, IReadOnlyCollection<long> done, int found)
    {
        await turn.Outbox.MarkAsync(done);
        _isStuck = turn.Stuck.Any;
        return found;
    }

    /// <summary>Notes what was refused, and parks what will never be taken.</summary>
    /// <returns>The sequences of what was parked.</returns>
    private async Task<List<long>> SortAsync(
        Turn turn, List<WaitingEvent> events, Publication publication, CancellationToken cancellationToken)
    {
        var published = publication.Published.ToHashSet();
        foreach (var taken in events.Where(waiting => published.Contains(waiting.Sequence))) turn.Stuck.Take(taken.OpportunityId);
        var parked = new List<long>();
        foreach (var refused in events.Where(waiting => publication.Refused.ContainsKey(waiting.Sequence)))
        {
            var refusal = publication.Refused[refused.Sequence];
            if (!turn.Stuck.SequencesOf(refused.OpportunityId).Contains(refused.Sequence))
                LogRefused(refused.OpportunityId, refused.Id, refusal.Reason);
            turn.Stuck.Refuse(refused, refusal.IsItsOwn);
            foreach (var later in events.Where(
                waiting => waiting.OpportunityId == refused.OpportunityId && !published.Contains(waiting.Sequence)))
            {
                turn.Stuck.Hold(later);
            }

            if (!turn.Stuck.IsHopeless(refused.OpportunityId, options.Value.MaxAttempts)) continue;
            parked.AddRange(
                await turn.Outbox.ParkAsync(turn.Stuck.SequencesOf(refused.OpportunityId), refusal.Reason, onlyAfterOthers: false));
            turn.Stuck.Forget(refused.OpportunityId);
            LogParked(refused.OpportunityId, refused.Id, refusal.Reason);
        }

        if (parked.Count > 0) await CountParkedAsync(turn, cancellationToken);
        return parked;
    }

    /// <summary>Events of an opportunity follow those of it that are parked: they would be out of order.</summary>
    private async Task<IReadOnlyCollection<long>> ParkFollowersAsync(
        Turn turn, IReadOnlyList<WaitingEvent> events, CancellationToken cancellationToken)
    {
        var followers = events.Where(waiting => turn.Parked.Contains(waiting.OpportunityId))
            .Select(static waiting => waiting.Sequence).ToList();
        if (followers.Count == 0) return [];
        var parked = await turn.Outbox.ParkAsync(followers, "It follows others that are parked.", onlyAfterOthers: true);
        await CountParkedAsync(turn, cancellationToken);
        return parked;
    }

    private async Task CountParkedAsync(Turn turn, CancellationToken cancellationToken)
    {
        (var count, turn.Parked) = await turn.Outbox.ParkedAsync(cancellationToken);
        metrics.Parked = count;
    }

    /// <summary>A span of the publication, with a link to the request that each event is of.</summary>
    private static Activity? Start(List<WaitingEvent> events) => JobRunner.Activities.HasListeners()
        ? JobRunner.Activities.StartActivity(
            "publish events", ActivityKind.Producer, parentContext: default,
            links: events.Select(Request).OfType<ActivityContext>().Distinct()
                .Select(static request => new ActivityLink(request)))
        : null;

    private static ActivityContext? Request(WaitingEvent waiting)
    {
        using var content = JsonDocument.Parse(waiting.Content);
        return content.RootElement.TryGetProperty("traceparent", out var traceparent)
            && ActivityContext.TryParse(traceparent.GetString(), traceState: null, isRemote: true, out var request)
                ? request
                : null;
    }

    // Longer with each failure, and never the same in two processes.
    private async Task PauseAsync(string reason, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _failures) == 1) LogFailing(reason);
        var pause = TimeSpan.FromMilliseconds(500 * Math.Pow(2, Math.Min(_failures, 10) - 1));
        await Task.Delay(
            (pause < _longestPause ? pause : _longestPause) * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
    }

    private void ResetFailures()
    {
        if (Interlocked.Exchange(ref _failures, 0) > 0) LogRecovered();
    }

    private bool IsDue(ref long? last, TimeSpan interval)
    {
        if (last is { } moment && time.GetElapsedTime(moment) < interval) return false;
        last = time.GetTimestamp();
        return true;
    }

    [LoggerMessage(LogLevel.Information, "This process publishes the events.")]
    private partial void LogRelays();

    [LoggerMessage(LogLevel.Warning, "Events cannot be published; they are kept, and it is tried again: {Reason}")]
    private partial void LogFailing(string reason);

    [LoggerMessage(LogLevel.Information, "Events can be published again.")]
    private partial void LogRecovered();

    [LoggerMessage(LogLevel.Warning, "The stream of events was lost: what the outbox still has is published again.")]
    private partial void LogLost();

    [LoggerMessage(LogLevel.Information, "A new stream of events begins with what the outbox has.")]
    private partial void LogBegins();

    [LoggerMessage(LogLevel.Warning, "An event was refused; those of its opportunity wait: {Opportunity}, {Event}: {Reason}")]
    private partial void LogRefused(Guid opportunity, Guid @event, string reason);

    [LoggerMessage(
        LogLevel.Error,
        "An event was refused too often; it is parked, and so are later ones of its opportunity: {Opportunity}, {Event}: {Reason}")]
    private partial void LogParked(Guid opportunity, Guid @event, string reason);

    /// <summary>What is known for as long as this process may publish.</summary>
    private sealed class Turn(Outbox outbox, StuckEvents stuck)
    {
        public long? ParkedAt;
        public long? SinkAt;

        public Outbox Outbox => outbox;
        public StuckEvents Stuck => stuck;

        /// <summary>The opportunities that have parked events.</summary>
        public HashSet<Guid> Parked { get; set; } = [];
    }
}
