using System.Collections.Concurrent;
using System.Threading.Channels;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>
/// Keeps the promise that no read returns a state from before an acknowledged write. Every cached answer belongs to a scope and carries the
/// scope's generation from before it was computed. It is served only while that is still the generation. A write gives its scopes a new
/// generation before it commits, and another one after. It is registered as pending in between: then nothing is stored, and the generation
/// itself tells readers so. A process that dies between commit and second step leaves no old answer behind, only a scope that is not cached
/// until the registration lapses.
/// </summary>
/// <remarks>Generations are random: one that was lost (a flush, an eviction) never comes back.</remarks>
internal sealed partial class CacheGenerations(CacheConnection cache, TimeProvider time, ILogger<CacheGenerations> logger)
    : BackgroundService
{
    /// <summary>
    /// The key of the generation that stands in for that of every scope that has none. A scope so needs a key only once there is an answer
    /// to store. No answer carries this generation. It is random too: a Redis that was flushed meanwhile has another one.
    /// </summary>
    public static readonly RedisKey SharedGenerationKey = "{opportunities}:generation";

    /// <summary>How long a generation is kept; far above the lifetime of an answer.</summary>
    public static readonly TimeSpan GenerationFor = TimeSpan.FromMinutes(10);

    /// <summary>How long a pending write counts as alive; above every time limit of a request.</summary>
    private static readonly TimeSpan _pendingFor = TimeSpan.FromSeconds(30);

    /// <summary>From one try to tell Redis what it missed to the next.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Scopes that one script tells Redis of, a millisecond or two in which it serves nobody else.</summary>
    private const int ScopesOfAScript = 500;

    /// <summary>What a generation begins with while a write is pending.</summary>
    private const char PendingMark = '-';

    // KEYS: generation and pending set, by turns, of each scope.
    // ARGV: new generation, its seconds, write id, now, pending until, the generation of a pending write, its seconds.
    // DEL comes first: a Redis without memory refuses a script whose first write needs some, and lets one finish that has freed some.
    private const string BeginScript =
        """
        for i = 1, #KEYS, 2 do
          redis.call('DEL', KEYS[i])
          redis.call('SET', KEYS[i], ARGV[6], 'EX', ARGV[7])
          redis.call('ZADD', KEYS[i + 1], ARGV[5], ARGV[3])
          redis.call('EXPIRE', KEYS[i + 1], ARGV[2])
        end
        """;

    private const string EndScript =
        """
        for i = 1, #KEYS, 2 do
          redis.call('DEL', KEYS[i])
          redis.call('ZREM', KEYS[i + 1], ARGV[3])
          redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', ARGV[4])
          if redis.call('EXISTS', KEYS[i + 1]) == 1 then
            redis.call('SET', KEYS[i], ARGV[6], 'EX', ARGV[7])
          else
            redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2])
          end
        end
        """;

    /// <summary>Scopes of writes that Redis was not told of: this process reads nothing of them from the cache until it was.</summary>
    private readonly ConcurrentDictionary<CacheScope, PendingWrite> _unfinished = new();

    /// <summary>Wakes the repair when there is one: a process at rest looks after nothing.</summary>
    private readonly Channel<bool> _lost = Signal.Create();

    /// <summary>
    /// Whether the last write that waited for Redis did so in vain. The repair finds out when it answers again, if no other write does.
    /// Later writes do not wait before their commit: they hold a row's lock and a connection, which others need. After it they wait for a
    /// moment only. A Redis that refuses has answered.
    /// </summary>
    private volatile bool _isLost;

    /// <summary>The key of a scope's generation. The braces keep all keys in one slot of a Redis cluster.</summary>
    public static RedisKey GenerationKey(CacheScope scope) => $"{{opportunities}}:generation:{scope}";

    /// <summary>The key of a scope's pending writes: a sorted set of write ids by the Unix milliseconds until which they count.</summary>
    public static RedisKey PendingKey(CacheScope scope) => $"{{opportunities}}:pending:{scope}";

    /// <summary>Whether a generation says that a write is pending: the cache has nothing of its scope, and takes nothing.</summary>
    public static bool IsPending(string generation) => generation is [PendingMark, ..];

    /// <summary>Whether this process may use cached answers of the scope.</summary>
    public bool IsTrusted(CacheScope scope) => _unfinished.IsEmpty || !_unfinished.ContainsKey(scope);

    /// <summary>Call right before the commit; dispose right after it, whatever became of it, before the write is acknowledged.</summary>
    public async Task<IAsyncDisposable> BeginWriteAsync(params CacheScope[] scopes)
    {
        var write = new PendingWrite(this, scopes);
        await write.BeginAsync();
        return write;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _lost.Reader.ReadAllAsync(stoppingToken))
        {
            while (!_unfinished.IsEmpty)
            {
                await Task.Delay(_pause, time, stoppingToken);
                await RepairAsync();
            }
        }
    }

    private async Task RepairAsync()
    {
        foreach (var write in _unfinished.Values.Distinct().ToList())
        {
            try
            {
                if (!await write.TryEndAsync()) return;
            }
            catch (Exception exception)
            {
                // A background service that throws stops the host: a lost cache must not.
                LogRepairFailed(exception);
                return;
            }
        }
    }

    private async Task RunAsync(string script, PendingWrite write, TimeSpan limit)
    {
        var now = time.GetUtcNow();
        var generation = Guid.NewGuid().ToString("N");
        RedisValue[] values =
        [
            generation, (long)GenerationFor.TotalSeconds, write.Id, now.ToUnixTimeMilliseconds(),
            (now + _pendingFor).ToUnixTimeMilliseconds(), $"{PendingMark}{generation.AsSpan(1)}", (long)_pendingFor.TotalSeconds,
        ];
        try
        {
            await Task.WhenAll(write.Scopes.Chunk(ScopesOfAScript).Select(scopes => cache.Database.ScriptEvaluateAsync(
                script, [.. scopes.SelectMany(scope => new[] { GenerationKey(scope), PendingKey(scope) })], values))).WaitAsync(limit);
            _isLost = false;
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            _isLost = exception is not RedisServerException;
            cache.ReportFailure();
            throw;
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "The cache could not be told of a write; this process does not read {Scopes} from it until it can: {Reason}")]
    private partial void LogUnfinished(string scopes, string reason);

    [LoggerMessage(LogLevel.Error, "The cache could not be told of a write that it had missed.")]
    private partial void LogRepairFailed(Exception exception);

    [LoggerMessage(LogLevel.Information, "The cache was told of a write that it had missed: {Scopes}")]
    private partial void LogRepaired(string scopes);

    private sealed class PendingWrite(CacheGenerations owner, CacheScope[] scopes) : IAsyncDisposable
    {
        // As it was before the first step: where that fails, the promise depends on the second one, which must not be hasty then.
        private readonly bool _isLost = owner._isLost;

        public CacheScope[] Scopes { get; } = scopes;
        public string Id { get; } = Guid.NewGuid().ToString("N");

        private string Names => string.Join(", ", Scopes.Take(10)) + (Scopes.Length > 10 ? ", …" : "");

        public async Task BeginAsync()
        {
            try
            {
                if (_isLost) throw new TimeoutException("It has not answered since an earlier write.");
                await owner.RunAsync(BeginScript, this, TimeLimits.CacheWrite);
            }
            catch (Exception exception) when (CacheConnection.IsOutage(exception))
            {
                MarkUnfinished(exception);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await owner.RunAsync(EndScript, this, _isLost ? TimeLimits.LostCacheWrite : TimeLimits.CacheWrite);
                MarkFinished();
            }
            catch (Exception exception) when (CacheConnection.IsOutage(exception))
            {
                MarkUnfinished(exception);
            }
        }

        public async Task<bool> TryEndAsync()
        {
            try
            {
                await owner.RunAsync(EndScript, this, TimeLimits.CacheBackground);
                MarkFinished();
                owner.LogRepaired(Names);
                return true;
            }
            catch (Exception exception) when (CacheConnection.IsOutage(exception))
            {
                return false;
            }
        }

        private void MarkUnfinished(Exception exception)
        {
            var first = owner._unfinished.IsEmpty;
            foreach (var scope in Scopes) owner._unfinished[scope] = this;
            owner._lost.Writer.TryWrite(true);
            if (first) owner.LogUnfinished(Names, exception.Message);
        }

        // A later write of the same scope that also failed has taken this one's place, and keeps it.
        private void MarkFinished()
        {
            if (owner._unfinished.IsEmpty) return;
            foreach (var scope in Scopes) owner._unfinished.TryRemove(new KeyValuePair<CacheScope, PendingWrite>(scope, this));
        }
    }
}
