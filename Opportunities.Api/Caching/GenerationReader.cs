using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>
/// Reads generations from Redis for many requests at once: what is asked for while a command is under way goes with the next one. A
/// generation is read after it was asked for, never before: the promise of <see cref="CacheGenerations"/> depends on it.
/// </summary>
internal sealed class GenerationReader(CacheConnection cache)
{
    private readonly Lock _lock = new();
    private Batch? _next;
    private bool _isReading;

    /// <summary>The scope's generation, and the one of all scopes that have none, read from now on; null where there is none.</summary>
    /// <exception cref="RedisException">And what else <see cref="CacheConnection.IsOutage"/> knows: Redis does not answer.</exception>
    public async Task<(string? Generation, string? Shared)> ReadAsync(CacheScope scope)
    {
        Batch batch;
        int position;
        bool begins;
        lock (_lock)
        {
            batch = _next ??= new Batch();
            position = batch.Add(scope);
            begins = !_isReading;
            _isReading = true;
        }

        // The loop is no part of the request that happens to be first: it reads for as long as anybody asks.
        if (begins) ThreadPool.UnsafeQueueUserWorkItem(static reader => _ = reader.ReadBatchesAsync(), this, preferLocal: true);
        var generations = await batch.Generations;
        return ((string?)generations[position], (string?)generations[0]);
    }

    private async Task ReadBatchesAsync()
    {
        while (Next() is { } batch) await batch.ReadAsync(cache.Database);
    }

    private Batch? Next()
    {
        lock (_lock)
        {
            var batch = _next;
            _next = null;
            _isReading = batch is not null;
            return batch;
        }
    }

    private sealed class Batch
    {
        // Continuations run elsewhere: the next command does not wait until the answers of this one were sent.
        private readonly TaskCompletionSource<RedisValue[]> _generations = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<CacheScope, int> _positions = [];
        private readonly List<RedisKey> _keys = [CacheGenerations.SharedGenerationKey];

        public Task<RedisValue[]> Generations => _generations.Task;

        public int Add(CacheScope scope)
        {
            if (_positions.TryGetValue(scope, out var position)) return position;
            _keys.Add(CacheGenerations.GenerationKey(scope));
            return _positions[scope] = _keys.Count - 1;
        }

        public async Task ReadAsync(IDatabase redis)
        {
            try
            {
                _generations.SetResult(await redis.StringGetAsync([.. _keys]).WaitAsync(TimeLimits.CacheRead));
            }
            catch (Exception exception)
            {
                _generations.SetException(exception);
            }
        }
    }
}
