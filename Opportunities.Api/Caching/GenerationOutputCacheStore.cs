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

    /// <summary>On the request's span, what the cache had: <c>hit</c>, <c>miss</c>, or <c>pending</c> while a write is.</summary>
    private const string DecisionTag = "opportunities.cache";

    private readonly MemoryCache _near = new(new MemoryCacheOptions { SizeLimit = NearSize });

    // KEYS: entry, generation, pending, shared generation.
    // ARGV: entry, its milliseconds, its generation, now, the shared generation that stood for a missing one (or nothing),
    // a generation's seconds.
    private const string StoreScript =
        """
        if redis.call('ZCOUNT', KEYS[3], ARGV[4], '+inf') > 0 then return 0 end
        local generation = redis.call('GET', KEYS[2])
        if ARGV[5] == '' then
          if generation ~= ARGV[3] then return 0 end
        else
          if generation or redis.call('GET', KEYS[4]) ~= ARGV[5] then return 0 end
          redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[6])
        end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
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
        var asked = CacheKey.FromFramework(key);
        var (scope, name) = (asked.Scope, asked.ToString());
        var now = time.GetUtcNow();
        var entry = new CacheEntry(captured.Generation, now + validFor, value.ToArray());
        try
        {
            // To its end, though the caller may have left: it is computed, and the wait is short.
            var stored = await cache.Database.ScriptEvaluateAsync(
                StoreScript,
                [
                    EntryKey(name), CacheGenerations.GenerationKey(scope), CacheGenerations.PendingKey(scope),
                    CacheGenerations.SharedGenerationKey,
                ],
                [
                    entry.ToBytes(), (long)validFor.TotalMilliseconds, captured.Generation, now.ToUnixTimeMilliseconds(),
                    captured.Shared ?? "", (long)CacheGenerations.GenerationFor.TotalSeconds,
                ])
                .WaitAsync(CacheConnection.ReadLimit, CancellationToken.None);
            if ((bool)stored) KeepNear(name, entry);
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

    private async ValueTask<CacheEntry?> FindAsync(string frameworkKey)
    {
        var key = CacheKey.FromFramework(frameworkKey);
        if (!cache.IsWorthAsking || !generations.IsTrusted(key.Scope)) return null;
        try
        {
            var (generation, shared) = await reader.ReadAsync(key.Scope);
            if (generation is not null && !CacheGenerations.IsPending(generation)
                && await FindAsync(key.ToString(), generation) is { } entry)
            {
                metrics.CacheHit();
                Activity.Current?.SetTag(DecisionTag, "hit");
                return entry;
            }

            metrics.CacheMiss();
            Activity.Current?.SetTag(DecisionTag, generation is not null && CacheGenerations.IsPending(generation) ? "pending" : "miss");
            if (generation is null)
            {
                shared ??= await CreateSharedAsync().WaitAsync(CacheConnection.ReadLimit);
                contexts.HttpContext?.Features.Set(new CapturedGeneration(NewGeneration(), shared));
            }
            else if (!CacheGenerations.IsPending(generation))
            {
                contexts.HttpContext?.Features.Set(new CapturedGeneration(generation, null));
            }
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

    private async Task<string> CreateSharedAsync()
    {
        var generation = NewGeneration();
        return await cache.Database.StringSetAsync(CacheGenerations.SharedGenerationKey, generation, TimeSpan.FromDays(1), When.NotExists)
            ? generation
            : (string?)await cache.Database.StringGetAsync(CacheGenerations.SharedGenerationKey) ?? generation;
    }

    private static string NewGeneration() => Guid.NewGuid().ToString("N");

    // The number is the format's: replicas of another build are not to find entries that they would misread.
    private static RedisKey EntryKey(string key) => $"{{opportunities}}:answer:3:{key}";

    private void Lost(Exception exception)
    {
        cache.Failed();
        LogLost(logger, exception.Message);
    }

    [LoggerMessage(LogLevel.Warning, "The cache does not answer; requests go to the database: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    /// <summary>What this request knew when it found no answer, before it computes one.</summary>
    /// <param name="Generation">The scope's generation, or the one that it gets with the answer where it has none.</param>
    /// <param name="Shared">The shared generation, where the scope had none of its own.</param>
    private sealed record CapturedGeneration(string Generation, string? Shared);
}
