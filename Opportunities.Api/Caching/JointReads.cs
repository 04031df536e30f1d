namespace Opportunities.Api.Caching;

/// <summary>
/// Reads once for all who ask for the same at the same time. Who asks while a read is under way is answered by the next one: an answer is
/// always read after it was asked for, and never from before a write that its caller knows of.
/// </summary>
internal sealed class JointReads
{
    private readonly Lock _lock = new();

    /// <summary>What is being read, each with the read that follows it where somebody waits for one.</summary>
    private readonly Dictionary<string, Read?> _following = new(StringComparer.Ordinal);

    /// <summary>Reads, or waits for the next read of the same.</summary>
    /// <param name="key">What is read.</param>
    /// <param name="read">Reads it. It may be run after the request that brought it has ended, and for other requests.</param>
    /// <returns>What was read; not to be changed.</returns>
    public Task<byte[]> ReadAsync(string key, Func<Task<byte[]>> read)
    {
        Read mine;
        lock (_lock)
        {
            if (_following.TryGetValue(key, out var following))
            {
                _following[key] = following ??= new Read(read);
                return following.Result;
            }

            _following[key] = null;
            mine = new Read(read);
        }

        _ = RunAsync(key, mine);
        return mine.Result;
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

    private sealed class Read(Func<Task<byte[]>> read)
    {
        private readonly TaskCompletionSource<byte[]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Its log lines and spans are those of the request that brought it.
        private readonly ExecutionContext? _context = ExecutionContext.Capture();

        public Task<byte[]> Result => _result.Task;

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
                _result.SetResult(await read());
            }
            catch (Exception exception)
            {
                _result.SetException(exception);
            }
        }
    }
}
