using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace Opportunities.Tests.Api;

/// <summary>What a caller is told of its quota, by a process of its own with a small one.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class RateLimitTests(TestSystem system) : IAsyncLifetime
{
    private const int Burst = 1_000;
    private const int PerSecond = 100;

    private ServiceProcess _api = null!;
    private HttpClient _client = null!;
    private HttpClient _other = null!;
    private HttpClient _stranger = null!;

    public async Task InitializeAsync()
    {
        _api = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?>
        {
            ["RateLimits__Burst"] = $"{Burst}",
            ["RateLimits__PerSecond"] = $"{PerSecond}",
            ["Cors__AllowedOrigins__0"] = "https://app.example.com",
        });
        (_client, _other) = (await ClientAsync("dev-all"), await ClientAsync("dev-manager"));
        _stranger = new HttpClient { BaseAddress = _api.BaseAddress };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _other.Dispose();
        _stranger.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task What_is_left_falls_with_requests_and_comes_back()
    {
        var first = await LeftAsync(_client);
        var sent = DateTime.UtcNow;
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => _client.GetAsync("/api/v1/nothing")));
        var came = (int)Math.Ceiling((DateTime.UtcNow - sent).TotalSeconds * PerSecond) + PerSecond;
        Assert.All(answers, answer => Assert.Equal("\"caller\";q=1000;w=10", answer.Headers.GetValues("RateLimit-Policy").Single()));
        Assert.InRange(answers.Min(Left), first - 400, Math.Min(Burst - 1, first - 400 + came));
        // One request is taken of it, the one that asks.
        await Eventually.TrueAsync(async () => await LeftAsync(_client) >= Burst - 1);
    }

    [Fact]
    public async Task Each_caller_has_its_own()
    {
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => LeftAsync(_client)));
        var used = await LeftAsync(_client);
        Assert.True(used < Burst - 1, $"{used}");
        Assert.InRange(await LeftAsync(_other), Burst - 1, Burst);
        Assert.InRange(await LeftAsync(_stranger), Burst - 1, Burst);
    }

    [Fact]
    public async Task A_kept_answer_has_none_of_them_but_each_answer_its_own()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        var id = await _client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}";
        RedisKey entry = default;
        await Eventually.TrueAsync(async () =>
        {
            await _client.GetJsonAsync(path);
            await foreach (var key in redis.GetServers().Single().KeysAsync(pattern: $"*:answer:*{id}*")) entry = key;
            return entry != default(RedisKey);
        });
        Assert.DoesNotContain("caller", (string?)await redis.GetDatabase().StringGetAsync(entry), StringComparison.Ordinal);

        // Of the cache, and not modified: counted like others.
        foreach (var tag in (string[])["\"7\"", "\"1\""])
        {
            Task<HttpResponseMessage> ReadAsync() => _client.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", tag));
            await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => ReadAsync()));
            using var read = await ReadAsync();
            Assert.InRange(Left(read), 0, Burst - 2);
            Assert.InRange(await LeftAsync(_other, path), Burst - 2, Burst);
        }
    }

    [Fact]
    public async Task An_answer_that_is_given_again_has_what_is_left_now()
    {
        (string, string)[] key = [("Idempotency-Key", $"{Guid.NewGuid()}")];
        var body = ApiClient.Valid().ToJsonString();
        using var first = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, key);
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => LeftAsync(_client)));
        using var again = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, key);
        Assert.Equal((HttpStatusCode.Created, "true"), (again.StatusCode, again.Headers.GetValues("Idempotency-Replayed").Single()));
        Assert.True(Left(again) < Left(first), $"{Left(again)} after {Left(first)}");
    }

    [Fact]
    public async Task Who_has_none_left_is_429_with_both()
    {
        HttpResponseMessage? limited = null;
        await Eventually.TrueAsync(async () =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => _client.GetAsync("/api/v1/nothing")));
            return (limited = answers.FirstOrDefault(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)) is not null;
        });
        Assert.Equal("\"caller\";q=1000;w=10", limited!.Headers.GetValues("RateLimit-Policy").Single());
        Assert.InRange(Left(limited), 0, 100);
        // Never sooner than there is more.
        Assert.Equal(TimeSpan.FromSeconds(1), limited.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Pages_of_other_origins_may_read_them()
    {
        (string, string) origin = ("Origin", "https://app.example.com");
        using var answer = await _client.SendAsync(HttpMethod.Get, ApiClient.Opportunities, headers: origin);
        var exposed = string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers"));
        var names = exposed.Split(',', StringSplitOptions.TrimEntries);
        Assert.All(["RateLimit", "RateLimit-Policy", "Retry-After"], name => Assert.Contains(name, names));
    }

    private async Task<HttpClient> ClientAsync(string id)
    {
        var client = new HttpClient { BaseAddress = _api.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await system.TokenAsync(id));
        return client;
    }

    private static async Task<int> LeftAsync(HttpClient client, string path = "/api/v1/nothing")
    {
        using var answer = await client.GetAsync(path);
        return Left(answer);
    }

    private static int Left(HttpResponseMessage answer) => int.Parse(
        Form().Match(answer.Headers.GetValues("RateLimit").Single()).Groups["left"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^"caller";r=(?<left>[0-9]+)(;t=1)?\z""")]
    private static partial Regex Form();
}
