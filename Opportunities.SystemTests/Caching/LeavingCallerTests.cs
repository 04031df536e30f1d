using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Opportunities.Api;
using Opportunities.Api.Caching;
using Opportunities.Data;
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
        using var answers = new AnswerCache(
            cache, generations, new GenerationReader(cache), Options.Create(new CachingOptions()), metrics, TimeProvider.System,
            NullLogger<AnswerCache>.Instance);
        var key = CacheKey.Item(Guid.CreateVersion7(), "", new Caller("somebody", Permissions.ReadOwn));
        using var leaves = new CancellationTokenSource();
        await answers.AnswerAsync(new DefaultHttpContext { RequestAborted = leaves.Token }, key, async _ =>
        {
            await leaves.CancelAsync();
            return new Representation(new byte[] { 1, 2, 3 }, Version: 7);
        });

        Assert.True(cache.IsUsable);
        var next = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await answers.AnswerAsync(next, key, _ => throw new InvalidOperationException("It was not kept."));
        Assert.Equal([1, 2, 3], ((MemoryStream)next.Response.Body).ToArray());
        Assert.Equal("\"7\"", next.Response.Headers.ETag);
    }
}
