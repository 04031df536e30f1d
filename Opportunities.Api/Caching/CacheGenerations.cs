using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>
/// Keeps the promise that no read returns a state from before an acknowledged write. Every cached answer belongs to a scope (all
/// lists, or one opportunity) and carries the scope's generation at the time before it was computed; it is served only
/// while that is still the generation. A write gives its scopes a new generation before it commits and another one after,
/// and is registered as pending in between: while a write is pending, nothing is stored, and the generation itself says so to
/// spare readers the attempt. A process that dies between commit and the second step therefore leaves no old answer behind,
/// only a scope that is not cached until the registration lapses.
/// </summary>
/// <remarks>Generations are random, so that one that was lost (a flush, an eviction) never comes back.</remarks>
internal sealed partial class CacheGenerations(CacheConnection cache, TimeProvider time, ILogger<CacheGenerations> logger) : BackgroundService
{
    /// <summary>The scope of every list.</summary>
    public const string Lists = "list";

    /// <summary>
    /// The key of what stands for the generation of every scope that has none: a reader keeps it in mind, so that a scope needs a key only
    /// once there is an answer to store. Nothing is stored with it. It is as random as the others, for a Redis that was flushed meanwhile.
    /// </summary>
    public static readonly RedisKey SharedGenerationKey = "{opportunities}:generation";

    /// <summary>How long a generation is kept; far above <see cref="CachePolicy.Lifetime"/>.</summary>
    public static readonly TimeSpan GenerationFor = TimeSpan.FromMinutes(10);

    /// <summary>How long a pending write is believed to be alive; above every time limit of a request.</summary>
    private static readonly TimeSpan _pendingFor = TimeSpan.FromSeconds(30);

    /// <summary>What a generation begins with while a write is pending.</summary>
    private const char PendingMark = '-';

    // KEYS: generation and pending set, by turns, of each scope.
    // ARGV: new generation, its seconds, write id, now, pending until, the generation of a pending write, its seconds.
    // A Redis without memory refuses a script whose first write wants some; one that has begun with giving some back it lets finish.
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

    /// <summary>Scopes whose second step failed, with the time of the write: nothing of them is read from the cache until it succeeds.</summary>
    private readonly ConcurrentDictionary<string, PendingWrite> _unfinished = new();

    /// <summary>
    /// Whether a write has waited for Redis in vain, and Redis has answered none since: the repair finds out, if no other write does. Later
    /// writes then do not wait before their commit, where they hold a row's lock and a connection of the database, for want of which others
    /// would fail; and only for a moment after it. A Redis that refuses has answered.
    /// </summary>
    private volatile bool _isLost;

    /// <summary>The scope of one opportunity.</summary>
    public static string Item(Guid id) => $"item:{id}";

    /// <summary>The key of a scope's generation. The braces keep all keys in one slot of a Redis cluster.</summary>
    public static RedisKey GenerationKey(string scope) => $"{{opportunities}}:generation:{scope}";

    /// <summary>The key of a scope's pending writes: a sorted set of write ids by the Unix milliseconds until which they count.</summary>
    public static RedisKey PendingKey(string scope) => $"{{opportunities}}:pending:{scope}";

    /// <summary>Whether a generation says that a write is pending: nothing of its scope is in the cache, and nothing would be stored.</summary>
    public static bool IsPending(string generation) => generation is [PendingMark, ..];

    /// <summary>Whether cached answers of the scope may be trusted by this process.</summary>
    public bool IsTrusted(string scope) => _unfinished.IsEmpty || !_unfinished.ContainsKey(scope);

    /// <summary>Call right before the commit; dispose right after it, whatever became of it, and before the write is acknowledged.</summary>
    /// <param name="scopes">The scopes whose answers the write changes.</param>
    /// <returns>The pending write.</returns>
    public async Task<IAsyncDisposable> BeginWriteAsync(params string[] scopes)
    {
        var write = new PendingWrite(this, scopes);
        await write.BeginAsync();
        return write;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var write in _unfinished.Values.Distinct().ToList())
            {
                try
                {
                    if (!await write.TryEndAsync()) break;
                }
                catch (Exception exception)
                {
                    // The host stops when a background service throws: a lost cache must not take the API with it.
                    LogRepairFailed(exception);
                    break;
                }
            }
        }
    }

    private async Task RunAsync(string script, PendingWrite write, TimeSpan limit)
    {
        var now = time.GetUtcNow();
        var generation = Guid.NewGuid().ToString("N");
        try
        {
            await cache.Database.ScriptEvaluateAsync(
                script,
                [.. write.Scopes.SelectMany(scope => new[] { GenerationKey(scope), PendingKey(scope) })],
                [
                    generation, (long)GenerationFor.TotalSeconds, write.Id, now.ToUnixTimeMilliseconds(), (now + _pendingFor).ToUnixTimeMilliseconds(),
                    $"{PendingMark}{generation.AsSpan(1)}", (long)_pendingFor.TotalSeconds,
                ])
                .WaitAsync(limit);
            _isLost = false;
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            _isLost = exception is not RedisServerException;
            cache.Failed();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cache could not be told of a write; this process does not read {Scopes} from it until it can: {Reason}")]
    private partial void LogUnfinished(string scopes, string reason);

    [LoggerMessage(LogLevel.Error, "The cache could not be told of a write that it had missed.")]
    private partial void LogRepairFailed(Exception exception);

    [LoggerMessage(LogLevel.Information, "The cache was told of a write that it had missed: {Scopes}")]
    private partial void LogRepaired(string scopes);

    private sealed class PendingWrite(CacheGenerations owner, string[] scopes) : IAsyncDisposable
    {
        // As it was in the beginning: that the first step failed must not make the second one hasty, on which the promise then depends alone.
        private readonly bool _isLost = owner._isLost;

        public string[] Scopes { get; } = scopes;

        public string Id { get; } = Guid.NewGuid().ToString("N");

        public async Task BeginAsync()
        {
            try
            {
                if (_isLost) throw new TimeoutException("It has not answered since an earlier write.");
                await owner.RunAsync(BeginScript, this, CacheConnection.WriteLimit);
            }
            catch (Exception exception) when (CacheConnection.IsOutage(exception))
            {
                Remember(exception);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await owner.RunAsync(EndScript, this, _isLost ? CacheConnection.LostLimit : CacheConnection.WriteLimit);
                Forget();
            }
            catch (Exception exception) when (CacheConnection.IsOutage(exception))
            {
                Remember(exception);
            }
        }

        public async Task<bool> TryEndAsync()
        {
            try
            {
                await owner.RunAsync(EndScript, this, CacheConnection.BackgroundLimit);
                Forget();
                owner.LogRepaired(string.Join(", ", Scopes));
                return true;
            }
            catch (Exception exception) when (CacheConnection.IsOutage(exception))
            {
                return false;
            }
        }

        private void Remember(Exception exception)
        {
            var first = owner._unfinished.IsEmpty;
            foreach (var scope in Scopes) owner._unfinished[scope] = this;
            if (first) owner.LogUnfinished(string.Join(", ", Scopes), exception.Message);
        }

        // Only its own: a later write of the same scope that also failed has taken the place.
        private void Forget()
        {
            if (owner._unfinished.IsEmpty) return;
            foreach (var scope in Scopes) owner._unfinished.TryRemove(new KeyValuePair<string, PendingWrite>(scope, this));
        }
    }
}
