namespace Opportunities.Api.Background;

/// <summary>Work that one process does for all of them: the one that publishes the events, for as long as it does.</summary>
internal abstract class Job
{
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it is called in traces, metrics and the log.</summary>
    public abstract string Name { get; }

    /// <summary>From the end of one run to the next.</summary>
    public abstract TimeSpan Interval { get; }

    /// <summary>How long a run may take. What it has not done by then is the next one's.</summary>
    public virtual TimeSpan Limit => TimeSpan.FromMinutes(1);

    /// <summary>Whether it also runs when something was written.</summary>
    public virtual bool FollowsWrites => false;

    /// <summary>How many things a run does at most. One that did as many is followed by another one at once.</summary>
    public virtual int BatchSize => int.MaxValue;

    /// <param name="cancellationToken">Ends the run: the limit, or the end of this process's turn.</param>
    /// <returns>How many things it did.</returns>
    public abstract Task<long> RunAsync(CancellationToken cancellationToken);

    /// <summary>Has it run now, or again after the present run.</summary>
    public void Want() => Volatile.Read(ref _wanted).TrySetResult();

    public async Task WaitAsync(TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await _wanted.Task.WaitAsync(interval, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is due.
        }

        Volatile.Write(ref _wanted, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
