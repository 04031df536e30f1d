using System.Net;
using System.Text.Json.Nodes;
using Opportunities.LocalHost;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Api;

/// <summary>What is different outside development: the log's form, and what is not shown. On a system of its own, its API in Production.</summary>
public sealed class ProductionTests : IAsyncLifetime, ISystemUnderTest
{
    private readonly TestDirectory _data = new();
    private readonly List<string> _log = [];
    private LocalSystem _system = null!;

    public Uri Api => new(_system.Endpoints.Api);

    public async Task InitializeAsync() => _system = await LocalSystem.StartAsync(new LocalSystemOptions
    {
        DataDirectory = _data.Path,
        IsDurable = false,
        Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>>
        {
            ["api"] = new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["Authentication__AllowHttp"] = "true",
                ["Authentication__AllowedAudiences__0"] = "opportunities",
                ["RateLimits__Burst"] = "20",
                ["RateLimits__PerSecond"] = "1",
            },
        },
        Output = (name, line) =>
        {
            if (name != "api") return;
            lock (_log) _log.Add(line);
        },
    });

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        _data.Dispose();
    }

    public Task<string> TokenAsync(string clientId) =>
        ApiClient.RequestTokenAsync(new Uri($"{_system.Endpoints.Identity}/oauth2/token"), clientId, "development-only");

    [Fact]
    public async Task The_log_is_JSON_lines_with_request_and_trace_id_and_without_secrets()
    {
        using var client = await this.ClientAsync();
        await _system.Postgres.KillAsync();
        using var failed = await client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}?page=3", headers: ("X-Request-ID", "find-me"));
        await failed.ProblemAsync(HttpStatusCode.ServiceUnavailable);

        await Eventually.TrueAsync(() => Log().Any(line => line.Contains("find-me", StringComparison.Ordinal)));
        var entry = JsonNode.Parse(Log().First(line => line.Contains("find-me", StringComparison.Ordinal)))!;
        Assert.Equal("Warning", (string?)entry["LogLevel"]);
        Assert.Contains(entry["Scopes"]!.AsArray(), scope => (string?)scope?["RequestId"] == "find-me");
        Assert.Contains(entry["Scopes"]!.AsArray(), scope => scope?["TraceId"] is not null);
        var token = client.DefaultRequestHeaders.Authorization!.Parameter!;
        Assert.DoesNotContain(Log(), line => line.Contains("development-only", StringComparison.Ordinal) || line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_document_and_its_page_are_not_shown()
    {
        using var client = await this.ClientAsync("dev-all");
        foreach (var path in new[] { "/docs", "/openapi/v1.json" })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Over_its_limit_a_caller_is_429_and_others_are_served()
    {
        using var client = await this.ClientAsync("dev-reader");
        using var other = await this.ClientAsync("dev-manager");
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync(ApiClient.Opportunities)));
        var refused = responses.First(response => response.StatusCode != HttpStatusCode.OK);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var served = await other.GetAsync(ApiClient.Opportunities);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    private List<string> Log()
    {
        lock (_log) return [.. _log];
    }
}
