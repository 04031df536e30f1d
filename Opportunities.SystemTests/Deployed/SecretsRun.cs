using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Opportunities.SystemTests.Deployed;

/// <summary>
/// A run of the deployed system, with passwords, at the usual log level and at Debug, of which everything that it tells is kept:
/// logs, telemetry, answers. It serves, refuses, and in the end fails, because the passwords of the servers have changed.
/// </summary>
public sealed partial class SecretsRun : IAsyncLifetime
{
    /// <summary>The id of every request: where it is told, telling works.</summary>
    public const string RequestId = "a-run-that-is-searched";

    private const string AwsKey = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYLOCALONLY";
    private static readonly string[] _categories =
    [
        "Default", "Microsoft", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore.DataProtection", "Microsoft.Hosting.Lifetime",
        "StackExchange.Redis",
    ];

    private readonly List<(string Source, string Text)> _told = [];

    /// <summary>The secrets of the run, by what they are.</summary>
    public Dictionary<string, string> Secrets { get; } = new()
    {
        ["the database's password"] = TlsServers.DatabasePassword,
        ["the database password of the API"] = TlsServers.ApiPassword,
        ["the cache's password"] = TlsServers.CachePassword,
        ["the key of the AWS account"] = AwsKey,
        ["a client's secret"] = "development-only",
        ["a client's secret in Base64"] = Convert.ToBase64String("dev-all:development-only"u8),
    };

    /// <summary>What was told, and by whom.</summary>
    public IReadOnlyList<(string Source, string Text)> Told => _told;

    public async Task InitializeAsync()
    {
        var system = new DeployedSystem();
        await using var telemetry = await TelemetryReceiver.StartAsync();
        try
        {
            await system.InitializeAsync();
            await RunAsync(system, telemetry);
        }
        finally
        {
            await system.DisposeAsync();
        }

        _told.AddRange(system.Log);
        _told.AddRange(telemetry.Received);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task RunAsync(DeployedSystem system, TelemetryReceiver telemetry)
    {
        var usual = new Dictionary<string, string?>(telemetry.Variables)
        {
            ["AWS_SECRET_ACCESS_KEY"] = AwsKey,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            // Every trace is told: deployed, only a sample is, and of these few requests that may be none.
            ["OTEL_TRACES_SAMPLER"] = "always_on",
            ["Logging__OpenTelemetry__LogLevel__Default"] = "Information",
            ["Logging__OpenTelemetry__LogLevel__Microsoft.AspNetCore"] = "Warning",
        };
        var debug = new Dictionary<string, string?>(usual);
        foreach (var category in _categories) debug[$"Logging__LogLevel__{category}"] = "Debug";

        await system.Servers.QueryAsync<object?>($"CREATE DATABASE debugged OWNER {TlsServers.Database}");
        await system.MigrateAsync(new Dictionary<string, string?>(debug) { ["Database__Name"] = "debugged" });
        await AskIssuerAsync(system);
        var token = await system.TokenAsync("dev-all");
        Keep("a token", token);
        Keep("a refused token", $"{token[..^20]}{(token[^20] == 'A' ? 'B' : 'A')}{token[^19..]}");

        var apis = new[] { await system.StartApiAsync(more: usual), await system.StartApiAsync(more: debug) };
        try
        {
            foreach (var (_, address) in apis) await AskAsync(address, token);
            // A mistake of the caller's. Not at Debug, where the framework notes addresses as they came: whoever turns that
            // on asks for them.
            await TellAsync(apis[0].Address, HttpMethod.Get, $"{ApiClient.Opportunities}?access_token={token}", null);
            await system.Servers.SetDatabasePasswordAsync("changed");
            await system.Servers.SetCachePasswordAsync("changed");
            foreach (var (process, address) in apis) await FailAsync(process, address, token);
            // What is exported first may be of the start alone.
            (string Signal, string Text)[] awaited =
                [("traces", RequestId), ("logs", RequestId), ("metrics", "http.server.request.duration")];
            foreach (var (signal, text) in awaited) await Eventually.TrueAsync(() => telemetry.Has(signal, text));
        }
        finally
        {
            foreach (var (process, _) in apis) await process.DisposeAsync();
        }
    }

    /// <summary>Requests that are served, and such as are refused.</summary>
    private async Task AskAsync(Uri api, string token)
    {
        var bearer = $"Bearer {token}";
        await TellAsync(api, HttpMethod.Post, ApiClient.Opportunities, bearer, ApiClient.Valid().ToJsonString());
        await TellAsync(api, HttpMethod.Get, ApiClient.Opportunities, bearer);
        await TellAsync(api, HttpMethod.Get, $"{ApiClient.Opportunities}?size=x&q=%00", bearer);
        await TellAsync(api, HttpMethod.Get, $"{ApiClient.Opportunities}/{Guid.NewGuid()}", bearer);
        await TellAsync(api, HttpMethod.Post, ApiClient.Opportunities, bearer, "{");
        await TellAsync(api, HttpMethod.Get, ApiClient.Opportunities, $"Bearer {Secrets["a refused token"]}");
        await TellAsync(api, HttpMethod.Get, ApiClient.Opportunities, $"Basic {Secrets["a client's secret in Base64"]}");
        foreach (var path in (string[])["/health", "/health/detailed", "/alive", "/openapi/v1.json", "/nothing"])
            await TellAsync(api, HttpMethod.Get, path, bearer);

        // The caller is given a signed URL, and nobody else.
        using var client = new HttpClient { BaseAddress = api };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var url = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{await client.CreateAsync()}/attachments/upload-url",
            AttachmentClient.File().ToJsonString());
        var signed = (string)(await url.JsonAsync(HttpStatusCode.OK))["upload_url"]!;
        Keep($"the signature of a URL, {api.Port}", Signature().Match(signed).Groups["value"].Value);
    }

    /// <summary>Requests to servers whose passwords are others by now; returns when the log has said so.</summary>
    private async Task FailAsync(ServiceProcess process, Uri api, string token)
    {
        using var client = new HttpClient { BaseAddress = api };
        await Eventually.TrueAsync(async () =>
        {
            await TellAsync(api, HttpMethod.Get, $"{ApiClient.Opportunities}?page={Random.Shared.Next(1000)}", $"Bearer {token}");
            await TellAsync(api, HttpMethod.Get, "/health/detailed", null);
            var components = (await (await client.GetAsync("/health/detailed")).JsonAsync())["components"]!;
            return process.LastLines.Any(line => line.Contains("28P01", StringComparison.Ordinal))
                && (string?)components["database"]!["status"] == "unhealthy" && (string?)components["cache"]!["status"] == "degraded";
        });
    }

    private async Task AskIssuerAsync(DeployedSystem system)
    {
        using var client = new HttpClient { BaseAddress = system.Servers.TokenEndpoint };
        foreach (var (id, secret, grant) in ((string, string, string)[])
            [
                ("dev-all", "development-only", "client_credentials"),
                ("nobody", "development-only", "client_credentials"),
                ("dev-all", "development-only", "password"),
            ])
        {
            using var form = new FormUrlEncodedContent(
                new Dictionary<string, string> { ["client_id"] = id, ["client_secret"] = secret, ["grant_type"] = grant });
            using var answer = await client.PostAsync(system.Servers.TokenEndpoint, form);
            if (answer.IsSuccessStatusCode) Keep("a token that nobody used", (string)(await answer.JsonAsync())["access_token"]!);
            else _told.Add(("answers", await answer.Content.ReadAsStringAsync()));
        }

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Secrets["a client's secret in Base64"]);
        using var basic = await client.PostAsync(
            system.Servers.TokenEndpoint, new FormUrlEncodedContent([new("grant_type", "client_credentials")]));
        Keep("a token for a Basic header", (string)(await basic.JsonAsync(HttpStatusCode.OK))["access_token"]!);
    }

    // What stands before the signature can be read by anybody who has seen another token; the signature is what makes it one.
    private void Keep(string name, string secret) =>
        Secrets.Add(name, secret.StartsWith("ey", StringComparison.Ordinal) ? secret[(secret.LastIndexOf('.') + 1)..] : secret);

    private async Task TellAsync(Uri api, HttpMethod method, string path, string? authorization, string? body = null)
    {
        using var client = new HttpClient { BaseAddress = api };
        if (authorization is not null) client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        using var response = await client.SendAsync(method, path, body, ("X-Request-ID", RequestId));
        var text = new StringBuilder($"{(int)response.StatusCode}\n{response.Headers}{response.Content.Headers}\n");
        _told.Add(("answers", text.Append(await response.Content.ReadAsStringAsync()).ToString()));
    }

    [GeneratedRegex("X-Amz-Signature=(?<value>[0-9a-f]{64})")]
    private static partial Regex Signature();
}
