using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Deployed;

/// <summary>
/// The headers of the contract on every answer, in each way in which one comes about, of an API that runs as deployed and ends TLS itself.
/// </summary>
public sealed partial class HeaderTests(DeployedSystem system) : IClassFixture<DeployedSystem>, IAsyncLifetime
{
    private const string Origin = "https://app.example.com";
    private const string Reads = "private, no-cache";
    private const string Others = "no-store";

    private readonly TestDirectory _data = new();
    private readonly List<ServiceProcess> _processes = [];
    private readonly List<string> _wrong = [];
    private string _token = "";

    public async Task InitializeAsync()
    {
        var (certificate, key) = system.Servers.Authority.Certify(TlsServers.Host);
        await File.WriteAllTextAsync(_data["api.pem"], certificate);
        await File.WriteAllTextAsync(_data["api.key"], key);
        _token = await system.TokenAsync("dev-all");
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Every_answer_carries_the_headers_of_the_contract_however_it_comes_about()
    {
        using var client = await StartAsync();
        using var stranger = Client(client.BaseAddress!, token: null);
        using var limited = Client(client.BaseAddress!, await system.TokenAsync("dev-none"));
        var id = await client.CreateAsync();
        var item = $"{ApiClient.Opportunities}/{id}";
        (string, string)[] known = [("If-None-Match", "\"1\"")];

        // Routed, cached, not modified.
        foreach (var path in (string[])[ApiClient.Opportunities, item, $"{item}/skill-requirements", $"{ApiClient.Opportunities}/summary"])
        {
            for (var n = 0; n < 3; n++) await SeeAsync("read", client, HttpMethod.Get, path, 200, Reads);
            await SeeAsync("HEAD", client, HttpMethod.Head, path, 200, Reads);
        }

        var fresh = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        await SeeAsync("not modified, of the database", client, HttpMethod.Get, fresh, 304, Reads, headers: known);
        await SeeAsync("not modified, of the cache", client, HttpMethod.Get, fresh, 304, Reads, headers: known);
        await SeeAsync("history", client, HttpMethod.Get, $"{item}/history", 200, Reads);
        await SeeAsync("export", client, HttpMethod.Get, $"{ApiClient.Opportunities}/export", 200, Reads);
        foreach (var path in (string[])["/health", "/alive", "/health/detailed"])
            await SeeAsync("probe", stranger, HttpMethod.Get, path, 200, Others);

        // Methods, and pages of other origins.
        await SeeAsync("OPTIONS", client, HttpMethod.Options, ApiClient.Opportunities, 204, Others);
        await SeeAsync(
            "preflight", stranger, HttpMethod.Options, ApiClient.Opportunities, 204, Others, null, ("Origin", Origin),
            ("Access-Control-Request-Method", "POST"));
        await SeeAsync("cross-origin read", client, HttpMethod.Get, ApiClient.Opportunities, 200, Reads, null, ("Origin", Origin));
        await SeeAsync("wrong method", client, HttpMethod.Patch, item, 405, Others);

        // Refused by status code, and by exception.
        await SeeAsync("no token", stranger, HttpMethod.Get, ApiClient.Opportunities, 401, Others);
        await SeeAsync("no token, unknown path", stranger, HttpMethod.Get, "/api/v1/nothing", 401, Others);
        await SeeAsync("no token, outside the API", stranger, HttpMethod.Get, "/nothing", 401, Others);
        await SeeAsync("no token, with a body", stranger, HttpMethod.Post, ApiClient.Opportunities, 401, Others, "{}");
        await SeeAsync("no permission", limited, HttpMethod.Get, ApiClient.Opportunities, 403, Others);
        await SeeAsync("unknown path", client, HttpMethod.Get, "/api/v1/nothing", 404, Others);
        await SeeAsync("unknown id", client, HttpMethod.Get, $"{ApiClient.Opportunities}/{Guid.CreateVersion7()}", 404, Others);
        await SeeAsync("no id", client, HttpMethod.Get, $"{ApiClient.Opportunities}/{id}%20", 404, Others);
        await SeeAsync("wrong parameter", client, HttpMethod.Get, $"{ApiClient.Opportunities}?page=x", 400, Others);
        await SeeAsync("wrong body", client, HttpMethod.Post, ApiClient.Opportunities, 400, Others, "{}");
        await SeeAsync("not acceptable", client, HttpMethod.Get, item, 406, Others, null, ("Accept", "image/png"));
        await SeeAsync("another version", client, HttpMethod.Put, item, 412, Others, "{}", ("If-Match", "\"9\""));
        await SeeAsync(
            "illegal move", client, HttpMethod.Post, $"{item}/status", 409, Others, """{"new_status":"COMPLETED","reason":"Because"}""");
        await SeeAsync("encoded body", client, HttpMethod.Put, item, 415, Others, "{}", ("Content-Encoding", "br"));
        await SeeAsync(
            "too large", client, HttpMethod.Post, ApiClient.Opportunities, 413, Others, new string(' ', (1 << 20) + 1),
            ("Expect", "100-continue"));
        (string, string)[] key = [("Idempotency-Key", "once")];
        await SeeAsync("created", client, HttpMethod.Post, ApiClient.Opportunities, 201, Others, ApiClient.Valid().ToJsonString(), key);
        await SeeAsync("replayed", client, HttpMethod.Post, ApiClient.Opportunities, 201, Others, ApiClient.Valid().ToJsonString(), key);
        await SeeAsync(
            "key reused", client, HttpMethod.Post, ApiClient.Opportunities, 422, Others, ApiClient.Valid("Another").ToJsonString(), key);
        await SeeAsync("changed", client, HttpMethod.Put, item, 200, Others, """{"title":"Another"}""");
        await SeeAsync("no file store", client, HttpMethod.Post, $"{item}/attachments/complete", 503, Others,
            $$"""{"key":"opportunities/{{id}}/{{Guid.CreateVersion7()}}","file_name":"a.pdf","content_type":"application/pdf","file_size":1}""");
        await SeeAsync("deleted", client, HttpMethod.Delete, fresh, 204, Others);

        using var once = await StartAsync(("RateLimits__Burst", "1"), ("RateLimits__PerSecond", "1"));
        await Eventually.TrueAsync(async () =>
        {
            using var request = Request(HttpMethod.Get, item);
            using var response = await once.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.TooManyRequests) return false;
            await SeeAsync("over the limit", request, response, 429, Others);
            return true;
        });

        // Told to stop.
        _ = _processes[0].StopAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(async () => await StatusAsync(stranger, "/health") == HttpStatusCode.ServiceUnavailable);
        await SeeAsync("draining", stranger, HttpMethod.Get, "/health", 503, Others);
        await SeeAsync("draining", stranger, HttpMethod.Get, "/health/detailed", 503, Others);
        await SeeAsync("draining", stranger, HttpMethod.Get, "/alive", 200, Others);
        for (var n = 0; n < 2; n++) await SeeAsync("draining", client, HttpMethod.Get, item, 200, Reads);
        await SeeAsync("draining", client, HttpMethod.Get, "/api/v1/nothing", 404, Others);
        await SeeAsync("draining", client, HttpMethod.Get, $"{ApiClient.Opportunities}?page=x", 400, Others);
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    private async Task SeeAsync(
        string way, HttpClient client, HttpMethod method, string path, int status, string caching, string? body = null,
        params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, body, headers);
        using var response = await client.SendAsync(request);
        await SeeAsync(way, request, response, status, caching);
    }

    private static HttpRequestMessage Request(
        HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers.Append(("X-Request-ID", Guid.NewGuid().ToString())))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content!.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task SeeAsync(string way, HttpRequestMessage request, HttpResponseMessage response, int status, string caching)
    {
        var place = $"{way}: {request.Method} {request.RequestUri!.AbsolutePath}";
        if ((int)response.StatusCode != status)
            _wrong.Add($"{place}: {status} was expected, {(int)response.StatusCode} came: {await response.Content.ReadAsStringAsync()}");
        var isLimited = request.RequestUri.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal);
        var policy = way == "over the limit" ? "\"caller\";q=1;w=1" : "\"caller\";q=50000;w=10";
        (string Name, string? Value)[] expected =
        [
            ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Strict-Transport-Security", "max-age=31536000"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"), ("X-Request-ID", request.Headers.GetValues("X-Request-ID").Single()),
            ("Cache-Control", caching), ("Server", null), ("X-Powered-By", null), ("Pragma", null), ("Expires", null), ("Age", null),
            ("Retry-After", status == 503 ? "5" : status == 429 ? "1" : null),
            ("RateLimit-Policy", isLimited ? policy : null),
            ("Connection", way == "draining" || (request.Content is not null && status is 401 or 413 or 415) ? "close" : null),
        ];
        foreach (var (name, value) in expected)
        {
            var seen = response.Headers.NonValidated.TryGetValues(name, out var values)
                || response.Content.Headers.NonValidated.TryGetValues(name, out values)
                ? string.Join(", ", values) : null;
            // The client's own order of the two words.
            if (name == "Cache-Control" && seen == "no-cache, private") seen = Reads;
            if (seen != value) _wrong.Add($"{place} {status}: {name} is '{seen}', not '{value}'");
        }

        var left = response.Headers.TryGetValues("RateLimit", out var limits) ? string.Join(", ", limits) : "";
        if (Left().IsMatch(left) != isLimited) _wrong.Add($"{place} {status}: RateLimit is '{left}'");
    }

    [GeneratedRegex("""^"caller";r=(50000|[0-9]{1,5};t=1)\z""")]
    private static partial Regex Left();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private async Task<HttpClient> StartAsync(params (string Name, string Value)[] settings)
    {
        var port = ListenPort.Free.Choose("the API over TLS");
        var more = new Dictionary<string, string?>
        {
            ["ASPNETCORE_HTTPS_PORTS"] = $"{port}",
            ["Kestrel__Certificates__Default__Path"] = _data["api.pem"],
            ["Kestrel__Certificates__Default__KeyPath"] = _data["api.key"],
            ["Cors__AllowedOrigins__0"] = Origin,
            ["Shutdown__Drain"] = "00:00:10",
        };
        foreach (var (name, value) in settings) more[name] = value;
        var (process, address) = await system.StartApiAsync(more: more);
        _processes.Add(process);
        await process.WaitForHttpAsync(new Uri(address, "/health"), TimeSpan.FromMinutes(1));
        return Client(new Uri($"https://127.0.0.1:{port}"), _token);
    }

    private static HttpClient Client(Uri address, string? token)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == $"CN={TlsServers.Host}";
        var client = new HttpClient(handler) { BaseAddress = address };
        // Not under this machine's own name, for which other servers may have no certificate.
        client.DefaultRequestHeaders.Host = "api.example.com";
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
