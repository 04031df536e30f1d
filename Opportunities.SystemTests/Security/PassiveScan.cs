namespace Opportunities.SystemTests.Security;

/// <summary>
/// The answers that are looked at: what every documented read answers when it is good and when it is refused, every other way to be
/// refused, and the page.
/// </summary>
public sealed class PassiveScan(TestSystem system) : IAsyncLifetime
{
    /// <summary>In the requests where somebody could put it, so that it would be seen in a page.</summary>
    private const string Probe = "zapProbe";

    public List<Answer> Answers { get; } = [];

    public async Task InitializeAsync()
    {
        using var all = await system.ClientAsync();
        using var nobody = await system.ClientAsync(null);
        using var none = await system.ClientAsync("dev-none");
        var operations = DocumentedOperation.AllOf(await nobody.GetJsonAsync("/openapi/v1.json"));
        var target = await RequestTarget.CreateAsync(all);
        foreach (var read in operations.Where(operation => operation.Method == "GET"))
        {
            await KeepAsync(read.SendAsync(all, target));
            await KeepAsync(read.SendAsync(nobody, target));
            await KeepAsync(read.SendAsync(none, target));
            await KeepAsync(read.SendAsync(all, RequestTarget.Unknown));
            await KeepAsync(read.SendAsync(all, target, $"?{Probe}=%3Cb%3E"));
            await KeepAsync(read.SendAsync(all, target, headers: ("Accept", $"image/{Probe}")));
        }

        foreach (var write in operations.Where(operation => operation.Method != "GET"))
        {
            await KeepAsync(write.SendAsync(nobody, target));
            await KeepAsync(write.SendAsync(none, target));
            await KeepAsync(write.SendAsync(all, RequestTarget.Unknown));
            await KeepAsync(write.SendAsync(all, target, headers: ("If-Match", "\"999\"")));
            if (write.Body is null) continue;
            await KeepAsync(write.SendAsync(all, target, body: $"{{\"{Probe}\":", mediaType: "application/json"));
            await KeepAsync(write.SendAsync(all, target, mediaType: "text/plain"));
        }

        foreach (var path in (string[])
        [
            "/", "/health", "/health/detailed", "/alive", "/openapi/v1.json", "/docs", "/docs/", $"/{Probe}", $"/api/v1/{Probe}",
            "/robots.txt", "/.git/HEAD", "/appsettings.json",
        ])
        {
            await KeepAsync(nobody.GetAsync(path));
        }

        await KeepAsync(all.SendAsync(HttpMethod.Patch, ApiClient.Opportunities));
        await KeepAsync(all.SendAsync(HttpMethod.Options, ApiClient.Opportunities));
        await KeepAsync(all.SendAsync(HttpMethod.Trace, ApiClient.Opportunities));
        await KeepAsync(nobody.SendAsync(
            HttpMethod.Options, ApiClient.Opportunities,
            headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "GET")]));
        await KeepAsync(nobody.SendAsync(HttpMethod.Get, "/health", headers: ("Origin", "https://evil.example")));
        await KeepAsync(nobody.SendAsync(HttpMethod.Get, ApiClient.Opportunities, headers: ("Authorization", $"Bearer {Probe}")));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task KeepAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Answers.Add(await Answer.OfAsync(response));
    }
}
