using System.Diagnostics;
using Microsoft.Extensions.Caching.Memory;
using Opportunities.Api.Http;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>
/// Answers reads from Redis. An entry is used only while its generation is still its scope's, which is read first: <see
/// cref="CacheGenerations"/> says why that is never stale. Entries that were read stay in local memory; of those Redis is asked for the
/// generation alone.
/// </summary>
internal sealed partial class AnswerCache(
    CacheConnection cache, CacheGenerations generations, GenerationReader reader, IOptions<CachingOptions> options,
    OpportunityMetrics metrics, TimeProvider time, ILogger<AnswerCache> logger) : IDisposable
{
    /// <summary>The most that an answer can be old, where Redis missed a write.</summary>
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of answers in local memory.</summary>
    private const int LocalSize = 16 << 20;

    /// <summary>On the request's span, what the cache had: <c>hit</c>, <c>miss</c>, or <c>pending</c> while a write is.</summary>
    private const string DecisionTag = "opportunities.cache";

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

    private readonly MemoryCache _local = new(new MemoryCacheOptions { SizeLimit = LocalSize });

    /// <param name="read">Reads it from the database, or throws a refusal.</param>
    public async Task AnswerAsync(HttpContext context, CacheKey key, Func<CancellationToken, Task<Representation>> read)
    {
        var known = key.Scope == CacheScope.Lists ? null : ETags.Parse(context.Request.Headers, HeaderNames.IfNoneMatch);
        var found = options.Value.ReadsFromCache ? await FindAsync(key) : default;
        var answer = found.Answer ?? await read(context.RequestAborted);
        await answer.SendAsync(context.Response, known);
        if (found is { Answer: null, Generation: not null }) await StoreAsync(key, found.Generation, found.Shared, answer);
    }

    public void Dispose() => _local.Dispose();

    private async ValueTask<Lookup> FindAsync(CacheKey key)
    {
        if (!cache.IsUsable || !generations.IsTrusted(key.Scope)) return default;
        try
        {
            var (generation, shared) = await reader.ReadAsync(key.Scope);
            if (generation is not null && CacheGenerations.IsPending(generation))
            {
                ReportMiss("pending");
                return default;
            }

            if (generation is not null && await FindAsync(key.ToString(), generation) is { } entry)
            {
                metrics.CacheHits.Add(1);
                Activity.Current?.SetTag(DecisionTag, "hit");
                return new Lookup(entry.Answer, null, null);
            }

            ReportMiss("miss");
            return generation is not null
                ? new Lookup(null, generation, null)
                : new Lookup(null, NewGeneration(), shared ?? await CreateSharedAsync().WaitAsync(TimeLimits.CacheRead));
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            ReportOutage(exception);
            return default;
        }
    }

    /// <summary>The entry of the key, where it has that generation.</summary>
    private async ValueTask<CacheEntry?> FindAsync(string key, string generation)
    {
        if (_local.TryGetValue(key, out CacheEntry? local) && local!.Generation == generation && local.Expires > time.GetUtcNow())
            return local;
        byte[]? bytes = await cache.Database.StringGetAsync(EntryKey(key)).WaitAsync(TimeLimits.CacheRead);
        if (CacheEntry.Read(bytes) is not { } entry || entry.Generation != generation) return null;
        KeepLocally(key, entry);
        return entry;
    }

    private async Task StoreAsync(CacheKey key, string generation, string? shared, Representation answer)
    {
        if (!cache.IsUsable) return;
        var (name, now) = (key.ToString(), time.GetUtcNow());
        var entry = new CacheEntry(generation, now + _lifetime, answer);
        try
        {
            var isStored = await cache.Database.ScriptEvaluateAsync(
                StoreScript,
                [
                    EntryKey(name), CacheGenerations.GenerationKey(key.Scope), CacheGenerations.PendingKey(key.Scope),
                    CacheGenerations.SharedGenerationKey,
                ],
                [
                    entry.ToBytes(), (long)_lifetime.TotalMilliseconds, generation, now.ToUnixTimeMilliseconds(),
                    shared ?? "", (long)CacheGenerations.GenerationFor.TotalSeconds,
                ])
                .WaitAsync(TimeLimits.CacheRead);
            if ((bool)isStored) KeepLocally(name, entry);
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            ReportOutage(exception);
        }
    }

    // Twice its length, for what is kept of it in the codings.
    private void KeepLocally(string key, CacheEntry entry) => _local.Set(
        key, entry, new MemoryCacheEntryOptions { Size = 2 * (entry.Answer.Json.Length + key.Length), AbsoluteExpiration = entry.Expires });

    private async Task<string> CreateSharedAsync()
    {
        var generation = NewGeneration();
        return await cache.Database.StringSetAsync(CacheGenerations.SharedGenerationKey, generation, TimeSpan.FromDays(1), When.NotExists)
            ? generation
            : (string?)await cache.Database.StringGetAsync(CacheGenerations.SharedGenerationKey) ?? generation;
    }

    private static string NewGeneration() => Guid.NewGuid().ToString("N");

    // The number is the format's: a replica of another build finds no entries that it would misread.
    private static RedisKey EntryKey(string key) => $"{{opportunities}}:answer:5:{key}";

    private void ReportMiss(string decision)
    {
        metrics.CacheMisses.Add(1);
        Activity.Current?.SetTag(DecisionTag, decision);
    }

    private void ReportOutage(Exception exception)
    {
        cache.ReportFailure();
        LogOutage(logger, exception.Message);
    }

    [LoggerMessage(LogLevel.Warning, "The cache does not answer; requests go to the database: {Reason}")]
    private static partial void LogOutage(ILogger logger, string reason);

    /// <param name="Answer">The answer; null where it has none.</param>
    /// <param name="Generation">The generation under which an answer may be stored; null where none may.</param>
    /// <param name="Shared">The shared generation, where the scope has none of its own.</param>
    private readonly record struct Lookup(Representation? Answer, string? Generation, string? Shared);
}
