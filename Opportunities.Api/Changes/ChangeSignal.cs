using System.Threading.Channels;
using Opportunities.Api.Events;
using Opportunities.Api.Http;

namespace Opportunities.Api.Changes;

/// <summary>
/// Wakes the requests of this process that wait for changes: one session hears of commits, however many wait, and there is none while
/// nobody does. Only those are woken that may see what was written. What the session was not told of, it finds within <see cref="_look"/>.
/// </summary>
internal sealed partial class ChangeSignal : BackgroundService
{
    /// <summary>From one look to the next where nothing is heard: a process may die between its commit and the notification.</summary>
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(10);

    /// <summary>For how long the session stays when nobody waits.</summary>
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskCompletionSource> _own = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wanted = Signal.Create();
    private readonly IConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILogger<ChangeSignal> _logger;
    private TaskCompletionSource _all = New();
    private int _waiting;

    public ChangeSignal(IConfiguration configuration, Draining draining, TimeProvider time, ILogger<ChangeSignal> logger)
    {
        (_configuration, _time, _logger) = (configuration, time, logger);
        draining.Begun.Register(WakeAll);
    }

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Ends when something was written that the caller may see. To be asked for before reading.</summary>
    public Task Next(Caller caller)
    {
        lock (_lock)
        {
            if (caller.ReadsAll) return _all.Task;
            if (!_own.TryGetValue(caller.Subject, out var next)) _own[caller.Subject] = next = New();
            return next.Task;
        }
    }

    /// <summary>Waits for what <see cref="Next"/> gave.</summary>
    /// <returns>Whether it came; false where the time is over.</returns>
    public async Task<bool> WaitAsync(Task next, TimeSpan limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        _wanted.Writer.TryWrite(true);
        try
        {
            await next.WaitAsync(limit, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return next.IsCompleted;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _wanted.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await HearAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whoever waits is answered when its time is over, or woken by the next session.
                LogLost(_logger, exception.GetBaseException().Message);
                await Task.Delay(_pause, _time, stoppingToken);
                _wanted.Writer.TryWrite(true);
            }
        }
    }

    private async Task HearAsync(CancellationToken cancellationToken)
    {
        await using var session = await CommitSession.OpenAsync(_configuration, "opportunities-changes", "", cancellationToken);
        var seen = await LookAsync(session.Connection, null, cancellationToken);
        // Of what was written before, nobody was told here.
        WakeAll();
        for (var waited = _time.GetTimestamp(); Waiting > 0 || _time.GetElapsedTime(waited) < _idle;)
        {
            await session.WaitAsync(_look, cancellationToken);
            if (Waiting == 0) continue;
            waited = _time.GetTimestamp();
            seen = await LookAsync(session.Connection, seen, cancellationToken);
        }

        // What was asked for meanwhile; who begins to wait after this asks again.
        _wanted.Reader.TryRead(out _);
        if (Waiting > 0) _wanted.Writer.TryWrite(true);
        WakeAll();
    }

    /// <summary>Wakes those whom something concerns that was not seen before.</summary>
    private async Task<string> LookAsync(NpgsqlConnection connection, string? seen, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder()
            .Add("SELECT now::text, new.sequence, new.owner, new.previous_owner FROM pg_current_snapshot() AS now LEFT JOIN ");
        if (seen is null)
        {
            sql.Add("(SELECT NULL::bigint AS sequence, NULL AS owner, NULL AS previous_owner) AS new ON true");
        }
        else
        {
            sql.Add($"""
                (SELECT max(sequence) AS sequence, owner, previous_owner FROM feed_events
                 WHERE transaction_id >= pg_snapshot_xmax({seen}::pg_snapshot)
                   OR transaction_id = ANY (ARRAY (SELECT pg_snapshot_xip({seen}::pg_snapshot)))
                 GROUP BY owner, previous_owner) AS new ON true
                """);
        }

        var found = await sql.ToListAsync(
            connection, static row => (Now: row.GetString(0), IsNew: !row.IsDBNull(1), Owner: row[2] as string, Previous: row[3] as string),
            cancellationToken);
        foreach (var one in found.Where(static one => one.IsNew)) Wake(one.Owner, one.Previous);
        return found[0].Now;
    }

    private void WakeAll() => Wake(owner: null, previousOwner: null);

    /// <summary>Wakes those who see all, and the owners; all where the event does not name them.</summary>
    private void Wake(string? owner, string? previousOwner)
    {
        List<TaskCompletionSource> woken;
        lock (_lock)
        {
            woken = [_all];
            _all = New();
            foreach (var subject in owner is null ? _own.Keys.ToArray() : [owner, previousOwner ?? owner])
                if (_own.Remove(subject, out var own)) woken.Add(own);
        }

        foreach (var one in woken) one.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(
        LogLevel.Warning, "Commits cannot be heard of; requests that wait for changes are answered when their time is over: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);
}
