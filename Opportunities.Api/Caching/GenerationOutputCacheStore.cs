using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.OutputCaching;
using StackExchange.Redis;

namespace Opportunities.Api.Caching;

/// <summary>
/// The output cache's store in Redis. An entry is its scope's generation followed by the answer; it is found only while that is
/// still the scope's generation, which is read in the same command. See <see cref="CacheGenerations"/> for the promise.
/// </summary>
internal sealed partial class GenerationOutputCacheStore(
    CacheConnection cache, CacheGenerations generations, IHttpContextAccessor contexts, OpportunityMetrics metrics, TimeProvider time,
    ILogger<GenerationOutputCacheStore> logger) : IOutputCacheBufferStore
{
    /// <summary>A generation in an entry: 32 hexadecimal digits.</summary>
    private const int GenerationLength = 32;

    /// <summary>What ends the prefix (here: the scope) in the framework's cache keys.</summary>
    private const char KeyDelimiter = '\x1e';

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
        if (await FindAsync(key) is not { } answer) return false;
        await destination.WriteAsync(answer, cancellationToken);
        return true;
    }

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => (await FindAsync(key))?.ToArray();

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken) =>
        SetAsync(key, new ReadOnlySequence<byte>(value), tags, validFor, cancellationToken);

    public async ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        if (contexts.HttpContext?.Features.Get<CapturedGeneration>() is not { } captured || !cache.IsWorthAsking) return;
        var scope = Scope(key);
        var entry = new byte[GenerationLength + value.Length];
        Encoding.ASCII.GetBytes(captured.Generation, entry);
        value.CopyTo(entry.AsSpan(GenerationLength));
        try
        {
            await cache.Database.ScriptEvaluateAsync(
                StoreScript,
                [EntryKey(key), CacheGenerations.GenerationKey(scope), CacheGenerations.PendingKey(scope)],
                [captured.Generation, entry, (long)validFor.TotalMilliseconds, time.GetUtcNow().ToUnixTimeMilliseconds()])
                .WaitAsync(CacheConnection.ReadLimit, cancellationToken);
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            Lost(exception);
        }
    }

    // Answers go out of use by their generation, never one by one.
    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Answers are taken out of use by a new generation of their scope.");

    private async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string key)
    {
        var scope = Scope(key);
        if (!cache.IsWorthAsking || !generations.IsTrusted(scope)) return null;
        try
        {
            var generationKey = CacheGenerations.GenerationKey(scope);
            var values = await cache.Database.StringGetAsync([EntryKey(key), generationKey]).WaitAsync(CacheConnection.ReadLimit);
            byte[]? entry = values[0];
            string? generation = values[1];
            if (entry is { Length: > GenerationLength } && generation is { Length: GenerationLength } && Matches(entry, generation))
            {
                metrics.CacheHit();
                return entry.AsMemory(GenerationLength);
            }

            metrics.CacheMiss();
            generation ??= await CreateAsync(generationKey).WaitAsync(CacheConnection.ReadLimit);
            contexts.HttpContext?.Features.Set(new CapturedGeneration(generation));
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            Lost(exception);
        }

        return null;
    }

    private static bool Matches(byte[] entry, string generation)
    {
        Span<byte> current = stackalloc byte[GenerationLength];
        return Encoding.ASCII.TryGetBytes(generation, current, out var length) && entry.AsSpan(0, GenerationLength).SequenceEqual(current[..length]);
    }

    private async Task<string> CreateAsync(RedisKey generationKey)
    {
        var generation = Guid.NewGuid().ToString("N");
        return await cache.Database.StringSetAsync(generationKey, generation, TimeSpan.FromMinutes(10), When.NotExists)
            ? generation
            : (string?)await cache.Database.StringGetAsync(generationKey) ?? generation;
    }

    private static RedisKey EntryKey(string key) => $"{{opportunities}}:answer:{key}";

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
