using System.Diagnostics;
using System.Net;

namespace Opportunities.SystemTests.Faults;

/// <summary>What happens while a server that the API depends on is gone: the real one, stopped.</summary>
[Collection(FaultCollection.Name)]
public sealed class OutageTests(DurableSystem system) : IClassFixture<DurableSystem>
{
    /// <summary>The contract's limit, which is why these tests have the machine to themselves.</summary>
    private static readonly TimeSpan _shown = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Without_the_database_requests_are_503_and_it_recovers_by_itself()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        await system.Local.Postgres.KillAsync();

        await Eventually.TrueAsync(async () => await StatusAsync(client, "/health") == HttpStatusCode.ServiceUnavailable, _shown);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/alive"));
        // No reason to replace the process: another one would not find the database either.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/ready"));
        using var detailed = await client.GetAsync("/health/detailed");
        var health = await detailed.JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(
            ("unhealthy", "healthy"),
            ((string?)health["components"]!["database"]!["status"], (string?)health["components"]!["cache"]!["status"]));

        using var list = await client.GetAsync($"{ApiClient.Opportunities}?q=uncached");
        await list.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(list.Headers.RetryAfter);
        using var create = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
        var problem = await create.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.DoesNotContain("127.0.0.1", problem.ToJsonString());
        foreach (var answer in (HttpResponseMessage[])[list, create]) Assert.True(answer.Headers.Contains("RateLimit"));

        await system.Local.Postgres.RestartAsync();
        await Eventually.TrueAsync(async () => await StatusAsync(client, "/health") == HttpStatusCode.OK, _shown);
        await Eventually.TrueAsync(async () => await StatusAsync(client, $"{ApiClient.Opportunities}/{id}") == HttpStatusCode.OK, _shown);
        await client.CreateAsync();
    }

    [Fact]
    public async Task Without_Redis_no_request_fails_and_nothing_old_comes_back_with_it()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        await system.Local.Cache.KillAsync();

        await WriteAndReadAsync(client, id, "while Redis is gone");
        using var stranger = new HttpClient { BaseAddress = system.Api };
        foreach (var path in (string[])["/openapi/v1.json", "/docs"]) Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, path));
        await Eventually.TrueAsync(async () => await client.HealthAsync("cache") == "degraded", _shown);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health"));

        await system.Local.Cache.RestartAsync();
        await WriteAndReadAsync(client, id, "when it is back");
        await Eventually.TrueAsync(async () => await client.HealthAsync("cache") == "healthy", _shown);
    }

    [Fact]
    public async Task While_Redis_hangs_no_request_fails_or_waits_long()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        system.Local.Cache.Pause();
        try
        {
            await WriteAndReadAsync(client, id, "while Redis hangs");
            var watch = Stopwatch.StartNew();
            for (var n = 0; n < 50; n++) await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1&page={n}");
            using var stranger = new HttpClient { BaseAddress = system.Api };
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, "/openapi/v1.json"));
            // Without the pause after a failure, every one of them would wait for Redis' time limit of half a second.
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"50 reads took {watch.Elapsed}");
        }
        finally
        {
            system.Local.Cache.Resume();
        }

        await Eventually.TrueAsync(
            async () => (string?)(await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"] == "while Redis hangs",
            TimeSpan.FromSeconds(35));
        // For the tests after this one.
        await Eventually.TrueAsync(async () => await client.HealthAsync("cache") == "healthy");
    }

    private static async Task WriteAndReadAsync(HttpClient client, string id, string title)
    {
        using var written = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title });
        await written.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(title, (string?)(await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"]);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }
}
