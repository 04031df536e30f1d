using System.Text.RegularExpressions;
using Opportunities.Tests.Api;
using StackExchange.Redis;

namespace Opportunities.Tests.Caching;

/// <summary>The OpenAPI document and its page are kept by the framework's output cache, in Redis.</summary>
[Collection(SystemCollection.Name)]
public sealed class DocumentCacheTests(TestSystem system)
{
    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    public async Task There_is_one_entry_however_it_is_asked_for(string path)
    {
        using var stranger = new HttpClient { BaseAddress = system.Api };
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        var first = await stranger.GetStringAsync(path);
        await Eventually.TrueAsync(async () => await stranger.GetStringAsync(path) == first && (await EntriesAsync()).Count > 0);
        for (var n = 0; n < 20; n++) Assert.Equal(first, await stranger.GetStringAsync($"{path}?parameter-{n}={n}"));
        Assert.Single(await EntriesAsync());

        async Task<List<string>> EntriesAsync()
        {
            var keys = new List<string>();
            await foreach (var key in redis.GetServers().Single().KeysAsync(pattern: "__MSOCV_*")) keys.Add(key.ToString());
            return [.. keys.Where(key => Regex.IsMatch(key, $"{Regex.Escape(path)}($|\x1e)", RegexOptions.IgnoreCase))];
        }
    }

    [Fact]
    public async Task Nothing_but_documents_is_kept_there()
    {
        using var client = await system.ClientAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        foreach (var path in (string[])["/health", "/health/detailed", "/docs/x", "/api/v1/opportunities", "/api/v1/opportunities/summary"])
        {
            using var answer = await client.GetAsync(path);
        }

        await foreach (var key in redis.GetServers().Single().KeysAsync(pattern: "__MSOC*"))
            Assert.Matches("/(DOCS|OPENAPI)/", key.ToString());
    }
}
