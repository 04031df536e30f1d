using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Api;

/// <summary>What is different outside development: the log's form, and what is not shown.</summary>
public sealed class ProductionTests(ProductionSystem system) : IClassFixture<ProductionSystem>
{
    [Fact]
    public async Task The_log_is_JSON_lines_with_request_and_trace_id_and_without_secrets()
    {
        using var client = await system.ClientAsync();
        await system.Local.Postgres.KillAsync();
        using var failed = await client.SendAsync(
            HttpMethod.Get, $"{ApiClient.Opportunities}?page=3", headers: ("X-Request-ID", "find-me"));
        await failed.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        await system.Local.Postgres.RestartAsync();

        await Eventually.TrueAsync(() => system.Log.Any(line => line.Contains("find-me", StringComparison.Ordinal)));
        var entry = JsonNode.Parse(system.Log.First(line => line.Contains("find-me", StringComparison.Ordinal)))!;
        Assert.Equal("Warning", (string?)entry["LogLevel"]);
        Assert.Contains(entry["Scopes"]!.AsArray(), scope => (string?)scope?["XRequestId"] == "find-me");
        Assert.Contains(entry["Scopes"]!.AsArray(), scope => scope?["TraceId"] is not null);
        var token = client.DefaultRequestHeaders.Authorization!.Parameter!;
        Assert.DoesNotContain(
            system.Log,
            line => line.Contains("development-only", StringComparison.Ordinal) || line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_document_and_its_page_are_not_shown()
    {
        using var client = await system.ClientAsync("dev-all");
        foreach (var path in new[] { "/docs", "/openapi/v1.json" })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Who_may_read_reads_the_document_all_the_same()
    {
        using var client = await system.ClientAsync("dev-reader");
        Assert.NotNull((await client.GetJsonAsync("/api/v1/openapi.json"))["paths"]![ApiClient.Opportunities]);
    }

    [Fact]
    public async Task Over_its_limit_a_caller_is_429_and_others_are_served()
    {
        using var client = await system.ClientAsync("dev-reader");
        using var other = await system.ClientAsync("dev-manager");
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync(ApiClient.Opportunities)));
        var refused = responses.First(response => response.StatusCode != HttpStatusCode.OK);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var served = await other.GetAsync(ApiClient.Opportunities);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }
}

/// <summary>A system whose API runs as in production, and lets a caller make few requests.</summary>
public sealed class ProductionSystem : OwnSystem
{
    private readonly List<string> _log = [];

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
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
        ApiOutput = line =>
        {
            lock (_log) _log.Add(line);
        },
    };

    /// <summary>What the API has logged.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }
}
