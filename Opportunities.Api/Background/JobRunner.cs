using System.Diagnostics;

namespace Opportunities.Api.Background;

/// <summary>
/// Runs every job beside the others, so that none waits for another one, or fails with it. A run that did something is a span; one that
/// found nothing to do leaves no trace.
/// </summary>
internal sealed partial class JobRunner(IEnumerable<Job> jobs, OpportunityMetrics metrics, TimeProvider time, ILogger<JobRunner> logger)
{
    /// <summary>The source of the spans of work that no request asked for.</summary>
    public static readonly ActivitySource Activities = new(TelemetryNames.ActivitySource);

    /// <summary>Between two runs of a job at least.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Until a job that failed is tried again at the latest.</summary>
    private static readonly TimeSpan _retry = TimeSpan.FromMinutes(1);

    /// <summary>More than a timer takes is no interval.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    private readonly Job[] _jobs = [.. jobs];

    /// <summary>Runs the jobs until it is cancelled. Never throws.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_jobs.Select(job => RepeatAsync(job, cancellationToken)));

    public void FollowWrites()
    {
        foreach (var job in _jobs.Where(static job => job.FollowsWrites)) job.Want();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task RepeatAsync(Job job, CancellationToken cancellationToken)
    {
        var isFailing = false;
        try
        {
            while (true)
            {
                isFailing = !await TryAsync(job, isFailing, cancellationToken);
                await Task.Delay(_pause, time, cancellationToken);
                await job.WaitAsync(Shorter(job.Interval, isFailing ? _retry : _longest), time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // This process's turn is over.
        }
    }

    private async Task<bool> TryAsync(Job job, bool wasFailing, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(job.Limit);
        var startedAt = time.GetUtcNow();
        try
        {
            long done, sum = 0;
            do sum += done = await job.RunAsync(limited.Token);
            while (done == job.BatchSize);
            if (sum > 0) Note(job, sum, startedAt);
            if (wasFailing) LogRecovered(job.Name);
            return true;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            metrics.CountJobFailure(job.Name);
            if (!wasFailing)
            {
                LogFailed(
                    job.Name, limited.IsCancellationRequested ? $"not done within {job.Limit}" : exception.GetBaseException().Message);
            }

            return false;
        }
    }

    private void Note(Job job, long done, DateTimeOffset startedAt)
    {
        metrics.CountJobItems(job.Name, done);
        using var activity = Activities.StartActivity(job.Name, ActivityKind.Internal, parentContext: default, startTime: startedAt);
        activity?.SetTag("job.items", done);
    }

    [LoggerMessage(LogLevel.Warning, "The job \"{Job}\" failed; it is tried again: {Reason}")]
    private partial void LogFailed(string job, string reason);

    [LoggerMessage(LogLevel.Information, "The job \"{Job}\" succeeds again.")]
    private partial void LogRecovered(string job);
}
