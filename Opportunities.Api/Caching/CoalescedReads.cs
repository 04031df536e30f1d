namespace Opportunities.Api.Caching;

/// <summary>
/// Reads once for all who ask for the same at the same time. Who asks while a read is under way is answered by the next one: an answer is
/// always read after it was asked for, and never from before a write that its caller knows of. A read for which nobody waits any more is
/// cancelled.
/// </summary>
internal sealed class CoalescedReads<T>
{
    private readonly Lock _lock = new();

    /// <summary>What is being read, each with the read that follows it where somebody waits for one.</summary>
    private readonly Dictionary<string, Read?> _following = new(StringComparer.Ordinal);

    /// <summary>Reads, or waits for the next read of the same.</summary>
    /// <param name="read">Reads it. It may be run after the request that brought it has ended, and for other requests.</param>
    /// <param name="cancellationToken">Ends the wait, and the read where nobody else waits for it.</param>
    public async Task<T> ReadAsync(string key, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = Join(key, read, out var begins);
        if (begins) _ = RunAsync(key, mine);
        try
        {
            return await mine.Result.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(key, mine);
            throw;
        }
    }

    private Read Join(string key, Func<CancellationToken, Task<T>> read, out bool begins)
    {
        lock (_lock)
        {
            begins = !_following.TryGetValue(key, out var joined);
            joined ??= new Read(read);
            _following[key] = begins ? null : joined;
            joined.Waiting++;
            return joined;
        }
    }

    private void Leave(string key, Read read)
    {
        lock (_lock)
        {
            if (--read.Waiting > 0) return;
            // Nobody may join it any more.
            if (_following.GetValueOrDefault(key) == read) _following[key] = null;
        }

        read.Cancel();
    }

    private async Task RunAsync(string key, Read first)
    {
        for (var current = first; current is not null; current = Next(key)) await current.RunAsync();
    }

    private Read? Next(string key)
    {
        lock (_lock)
        {
            var next = _following[key];
            if (next is null) _following.Remove(key);
            else _following[key] = null;
            return next;
        }
    }

    [SuppressMessage("Design", "CA1001", Justification = "A source of cancellation without a timer or a link has nothing to give back.")]
    private sealed class Read(Func<CancellationToken, Task<T>> read)
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _left = new();

        // Its log lines and spans, and the places that it takes, are those of the request that brought it.
        private readonly ExecutionContext? _context = ExecutionContext.Capture();

        public int Waiting { get; set; }

        public Task<T> Result => _result.Task;

        public void Cancel() => _left.Cancel();

        public Task RunAsync()
        {
            if (_context is null) return ReadAsync();
            Task reading = null!;
            ExecutionContext.Run(_context, _ => reading = ReadAsync(), null);
            return reading;
        }

        private async Task ReadAsync()
        {
            try
            {
                _result.SetResult(await read(_left.Token));
            }
            catch (Exception exception)
            {
                _result.SetException(exception);
            }
        }
    }
}
