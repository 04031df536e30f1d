using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Opportunities.Api;
using Opportunities.Api.Caching;
using StackExchange.Redis;

namespace Opportunities.SystemTests.Caching;

/// <summary>A caller that leaves while its answer is being kept.</summary>
public sealed class LeavingCallerTests
{
    [Fact]
    public async Task Its_answer_is_kept_and_Redis_does_not_count_as_lost()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync((await SharedServers.RedisAsync()).ConnectionString);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new OpportunityMetrics(services.GetRequiredService<IMeterFactory>());
        var cache = new CacheConnection(redis, metrics, TimeProvider.System);
        using var generations = new CacheGenerations(cache, TimeProvider.System, NullLogger<CacheGenerations>.Instance);
        using var store = new GenerationOutputCacheStore(
            cache, generations, new GenerationReader(cache), new HttpContextAccessor { HttpContext = new DefaultHttpContext() }, metrics,
            TimeProvider.System, NullLogger<GenerationOutputCacheStore>.Instance);
        var key = new CacheKey(CacheGenerations.Item(Guid.CreateVersion7()), "read").ToPrefix();
        Assert.Null(await store.GetAsync(key, CancellationToken.None));
        using var leaves = new CancellationTokenSource();
        await leaves.CancelAsync();
        await store.SetAsync(key, [1, 2, 3], tags: null, TimeSpan.FromSeconds(30), leaves.Token);
        Assert.True(cache.IsWorthAsking);
        Assert.Equal([1, 2, 3], await store.GetAsync(key, CancellationToken.None));
    }
}
