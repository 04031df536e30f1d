using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Memory;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>
/// The output cache's store in Redis. An entry is its scope's generation and its expiry, followed by the answer; it is found only while
/// that is still the scope's generation, which is read first. See <see cref="CacheGenerations"/> for the promise. Entries that were read
/// stay in memory: of them the next request asks Redis for no more than the generation.
/// </summary>
internal sealed partial class GenerationOutputCacheStore(
    CacheConnection cache, CacheGenerations generations, GenerationReader reader, IHttpContextAccessor contexts, OpportunityMetrics metrics,
    TimeProvider time, ILogger<GenerationOutputCacheStore> logger) : IOutputCacheBufferStore, IDisposable
{
    /// <summary>Bytes of answers that stay in memory.</summary>
    private const int NearSize = 16 << 20;

    /// <summary>What ends the prefix (here: the scope) in the framework's cache keys.</summary>
    private const char KeyDelimiter = '\x1e';

    /// <summary>On the request's span, what the cache had: <c>hit</c>, <c>miss</c>, or <c>pending</c> while a write is.</summary>
    private const string DecisionTag = "opportunities.cache";

    private readonly MemoryCache _near = new(new MemoryCacheOptions { SizeLimit = NearSize });

    // KEYS: entry, generation, pending. ARGV: generation before the computation, entry, its milliseconds, now.
    private const string StoreScript =
        """
        if redis.call('GET', KEYS[2]) == ARGV[1] and redis.call('ZCOUNT', KEYS[3], ARGV[4], '+inf') == 0 then
          redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
          return 1
        end
        return 0
        """;

    public async ValueTask<bool> TryGetAsync(string key, PipeWriter destination, CancellationToken cancellationToken)
    {
        if (await FindAsync(key) is not { } entry) return false;
        await destination.WriteAsync(entry.Answer, cancellationToken);
        return true;
    }

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => (await FindAsync(key))?.Answer;

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken) =>
        SetAsync(key, new ReadOnlySequence<byte>(value), tags, validFor, cancellationToken);

    public async ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        if (contexts.HttpContext?.Features.Get<CapturedGeneration>() is not { } captured || !cache.IsWorthAsking) return;
        key = CachePolicy.SharedKey(key);
        var scope = Scope(key);
        var now = time.GetUtcNow();
        var entry = new CacheEntry(captured.Generation, now + validFor, value.ToArray());
        try
        {
            var stored = await cache.Database.ScriptEvaluateAsync(
                StoreScript,
                [EntryKey(key), CacheGenerations.GenerationKey(scope), CacheGenerations.PendingKey(scope)],
                [captured.Generation, entry.ToBytes(), (long)validFor.TotalMilliseconds, now.ToUnixTimeMilliseconds()])
                .WaitAsync(CacheConnection.ReadLimit, cancellationToken);
            if ((bool)stored) KeepNear(key, entry);
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            Lost(exception);
        }
    }

    public void Dispose() => _near.Dispose();

    // Answers go out of use by their generation, never one by one.
    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Answers are taken out of use by a new generation of their scope.");

    private async ValueTask<CacheEntry?> FindAsync(string key)
    {
        key = CachePolicy.SharedKey(key);
        var scope = Scope(key);
        if (!cache.IsWorthAsking || !generations.IsTrusted(scope)) return null;
        try
        {
            var generation = await reader.ReadAsync(scope);
            if (generation is not null && !CacheGenerations.IsPending(generation) && await FindAsync(key, generation) is { } entry)
            {
                metrics.CacheHit();
                Activity.Current?.SetTag(DecisionTag, "hit");
                return entry;
            }

            metrics.CacheMiss();
            Activity.Current?.SetTag(DecisionTag, generation is not null && CacheGenerations.IsPending(generation) ? "pending" : "miss");
            generation ??= await CreateAsync(CacheGenerations.GenerationKey(scope)).WaitAsync(CacheConnection.ReadLimit);
            if (CacheGenerations.IsPending(generation)) return null;
            contexts.HttpContext?.Features.Set(new CapturedGeneration(generation));
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            Lost(exception);
        }

        return null;
    }

    /// <summary>The entry of the key, where it is of that generation.</summary>
    private async ValueTask<CacheEntry?> FindAsync(string key, string generation)
    {
        if (_near.TryGetValue(key, out CacheEntry? near) && near!.Generation == generation && near.Expires > time.GetUtcNow()) return near;
        byte[]? bytes = await cache.Database.StringGetAsync(EntryKey(key)).WaitAsync(CacheConnection.ReadLimit);
        if (CacheEntry.Read(bytes) is not { } entry || entry.Generation != generation) return null;
        KeepNear(key, entry);
        return entry;
    }

    private void KeepNear(string key, CacheEntry entry) =>
        _near.Set(key, entry, new MemoryCacheEntryOptions { Size = entry.Answer.Length + (2 * key.Length), AbsoluteExpiration = entry.Expires });

    private async Task<string> CreateAsync(RedisKey generationKey)
    {
        var generation = Guid.NewGuid().ToString("N");
        return await cache.Database.StringSetAsync(generationKey, generation, CacheGenerations.GenerationFor, When.NotExists)
            ? generation
            : (string?)await cache.Database.StringGetAsync(generationKey) ?? generation;
    }

    // The number is the format's: replicas of another build are not to find entries that they would misread.
    private static RedisKey EntryKey(string key) => $"{{opportunities}}:answer:2:{key}";

    private static string Scope(string key) => key[..key.IndexOf(KeyDelimiter, StringComparison.Ordinal)];

    private void Lost(Exception exception)
    {
        cache.Failed();
        LogLost(logger, exception.Message);
    }

    [LoggerMessage(LogLevel.Warning, "The cache does not answer; requests go to the database: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    /// <summary>The scope's generation when this request found no answer, before it computes one.</summary>
    private sealed record CapturedGeneration(string Generation);
}
