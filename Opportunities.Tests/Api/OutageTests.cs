using System.Diagnostics;
using System.Net;
using Opportunities.LocalHost;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Api;

/// <summary>What happens while a server that the API depends on is gone: the real one, stopped. On a system of its own.</summary>
public sealed class OutageTests : IAsyncLifetime, ISystemUnderTest
{
    private static readonly TimeSpan _shown = TimeSpan.FromSeconds(5);
    private readonly TestDirectory _data = new();
    private LocalSystem _system = null!;
    private string? _token;

    public Uri Api => new(_system.Endpoints.Api);

    // Durable: what was acknowledged must survive the server's death.
    public async Task InitializeAsync() => _system = await LocalSystem.StartAsync(new LocalSystemOptions { DataDirectory = _data.Path });

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        _data.Dispose();
    }

    public async Task<string> TokenAsync(string clientId) =>
        _token ??= await ApiClient.RequestTokenAsync(new Uri($"{_system.Endpoints.Identity}/oauth2/token"), clientId, "development-only");

    [Fact]
    public async Task Without_the_database_requests_are_503_and_it_recovers_by_itself()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        await _system.Postgres.KillAsync();

        await Eventually.TrueAsync(async () => await StatusAsync(client, "/health") == HttpStatusCode.ServiceUnavailable, _shown);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/alive"));
        using var detailed = await client.GetAsync("/health/detailed");
        var health = await detailed.JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("unhealthy", "healthy"), ((string?)health["components"]!["database"]!["status"], (string?)health["components"]!["cache"]!["status"]));

        using var list = await client.GetAsync($"{ApiClient.Opportunities}?q=uncached");
        await list.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(list.Headers.RetryAfter);
        using var create = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
        var problem = await create.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.DoesNotContain("127.0.0.1", problem.ToJsonString());

        await _system.Postgres.RestartAsync();
        await Eventually.TrueAsync(async () => await StatusAsync(client, "/health") == HttpStatusCode.OK, _shown);
        await Eventually.TrueAsync(async () => await StatusAsync(client, $"{ApiClient.Opportunities}/{id}") == HttpStatusCode.OK, _shown);
        await client.CreateAsync();
    }

    [Fact]
    public async Task Without_Redis_no_request_fails_and_nothing_old_comes_back_with_it()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        await _system.Cache.KillAsync();

        await WriteAndReadAsync(client, id, "while Redis is gone");
        await Eventually.TrueAsync(async () => await CacheStatusAsync(client) == "degraded", _shown);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health"));

        await _system.Cache.RestartAsync();
        await WriteAndReadAsync(client, id, "when it is back");
        await Eventually.TrueAsync(async () => await CacheStatusAsync(client) == "healthy", _shown);
    }

    [Fact]
    public async Task While_Redis_hangs_no_request_fails_or_waits_long()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        _system.Cache.Pause();
        try
        {
            await WriteAndReadAsync(client, id, "while Redis hangs");
            var watch = Stopwatch.StartNew();
            for (var n = 0; n < 50; n++) await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1&page={n}");
            // Without the pause after a failure, every one of them would wait for Redis' time limit of half a second.
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"50 reads took {watch.Elapsed}");
        }
        finally
        {
            _system.Cache.Resume();
        }

        await Eventually.TrueAsync(async () => (string?)(await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"] == "while Redis hangs", TimeSpan.FromSeconds(35));
    }

    [Fact]
    public async Task Without_the_issuer_tokens_that_were_issued_keep_working()
    {
        using var client = await this.ClientAsync();
        await client.GetJsonAsync(ApiClient.Opportunities);
        await _system.Identity.StopAsync();
        await client.GetJsonAsync(ApiClient.Opportunities);
    }

    [Fact]
    public async Task A_stop_lets_what_is_being_served_finish()
    {
        using var client = await this.ClientAsync();
        var reads = Enumerable.Range(0, 20).Select(n => client.GetAsync($"{ApiClient.Opportunities}?page={n}&size=100")).ToList();
        await Task.WhenAny(reads);
        var watch = Stopwatch.StartNew();
        await _system.Api.StopAsync();
        Assert.Equal(0, await _system.Api.Exited);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"The stop took {watch.Elapsed}");
        foreach (var read in reads)
        {
            // A connection that the server never accepted is no request; one that it accepted gets its answer.
            if (await read.ContinueWith(task => task.IsCompletedSuccessfully, TaskScheduler.Default)) Assert.Equal(HttpStatusCode.OK, (await read).StatusCode);
        }
    }

    private static async Task WriteAndReadAsync(HttpClient client, string id, string title)
    {
        using var written = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title });
        await written.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(title, (string?)(await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"]);
    }

    private static async Task<string?> CacheStatusAsync(HttpClient client) =>
        (string?)(await client.GetJsonAsync("/health/detailed"))["components"]!["cache"]!["status"];

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }
}
