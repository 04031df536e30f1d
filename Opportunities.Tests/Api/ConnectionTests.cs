using System.Net;
using System.Net.Http.Headers;

namespace Opportunities.Tests.Api;

/// <summary>When an answer is the last one of its connection, and that it says so.</summary>
[Collection(SystemCollection.Name)]
public sealed class ConnectionTests(TestSystem system)
{
    [Fact]
    public async Task A_refusal_that_leaves_a_body_unread_closes_the_connection()
    {
        using var client = await system.ClientAsync();
        using var stranger = await system.ClientAsync(null);
        using var limited = await system.ClientAsync("dev-none");
        var id = await client.CreateAsync();
        var large = new string(' ', (1 << 20) + 1);
        (HttpClient Client, HttpMethod Method, string Path, string Body, string MediaType, int Status, bool Closes)[] cases =
        [
            (stranger, HttpMethod.Post, "", "{}", "application/json", 401, true),
            (limited, HttpMethod.Post, "", "{}", "application/json", 403, true),
            (client, HttpMethod.Post, "/nothing/at/all", "{}", "application/json", 404, true),
            (client, HttpMethod.Patch, $"/{id}", "{}", "application/json", 405, true),
            (client, HttpMethod.Post, "", large, "application/json", 413, true),
            (client, HttpMethod.Post, "", "{}", "text/plain", 415, true),
            (client, HttpMethod.Post, "?unknown=1", "{}", "application/json", 400, true),
            (client, HttpMethod.Get, "?page=x", "{}", "application/json", 400, true),
            (client, HttpMethod.Delete, $"/{Guid.CreateVersion7()}", "{}", "application/json", 404, true),
            (client, HttpMethod.Post, "/import", "a,b", "application/json", 415, true),
            (client, HttpMethod.Post, "", "{}", "application/json", 400, false),
            (client, HttpMethod.Post, "", "{", "application/json", 400, false),
            (client, HttpMethod.Put, $"/{Guid.CreateVersion7()}", "{}", "application/json", 404, false),
            (client, HttpMethod.Post, $"/{id}/status", """{"new_status":"COMPLETED","reason":"Because"}""", "application/json", 409, false),
            (client, HttpMethod.Post, "/import", "a,b", "text/csv", 400, false),
        ];
        foreach (var (sender, method, path, body, mediaType, status, closes) in cases)
        {
            using var request = new HttpRequestMessage(method, $"{ApiClient.Opportunities}{path}");
            request.Content = new StringContent(body, new MediaTypeHeaderValue(mediaType));
            // Asks first: an answer to a body that is still being sent may be lost with the connection.
            if (body == large) request.Headers.ExpectContinue = true;
            using var answer = await sender.SendAsync(request);
            Assert.True((int)answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}, not {status}");
            Assert.True(
                (answer.Headers.ConnectionClose ?? false) == closes,
                $"{method} {path} {status}: Connection is '{answer.Headers.Connection}'");
        }
    }

    [Fact]
    public async Task A_refusal_without_a_body_and_an_answer_keep_the_connection()
    {
        using var client = await system.ClientAsync();
        using var stranger = await system.ClientAsync(null);
        foreach (var (sender, path) in new[]
        {
            (stranger, ""), (client, ""), (client, "?page=x"), (client, $"/{Guid.CreateVersion7()}"), (client, "/x/y/z"),
        })
        {
            using var answer = await sender.GetAsync($"{ApiClient.Opportunities}{path}");
            Assert.NotEqual(true, answer.Headers.ConnectionClose);
        }
    }

    [Fact]
    public async Task A_process_that_was_told_to_stop_is_unhealthy_serves_on_and_closes_its_connections_and_no_others()
    {
        var api = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["Shutdown__Drain"] = "00:00:10" });
        await using var _ = api;
        using var client = await system.ClientAsync();
        using var draining = new HttpClient { BaseAddress = api.BaseAddress };
        draining.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
        var stopped = api.StopAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(async () =>
        {
            using var health = await draining.GetAsync("/health");
            return health.StatusCode == HttpStatusCode.ServiceUnavailable;
        });

        using var detailed = await draining.GetAsync("/health/detailed");
        Assert.Equal("unhealthy", (string?)(await detailed.JsonAsync(HttpStatusCode.ServiceUnavailable))["status"]);
        using var alive = await draining.GetAsync("/alive");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        var item = $"{ApiClient.Opportunities}/{await draining.CreateAsync()}";
        using var refused = await draining.GetAsync($"{ApiClient.Opportunities}?page=x");
        using var read = await draining.GetAsync(item);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.All([detailed, alive, refused, read], answer => Assert.True(answer.Headers.ConnectionClose));

        // What the one process has put into the cache is answered by the others.
        using var cached = await client.GetAsync(item);
        Assert.NotEqual(true, cached.Headers.ConnectionClose);
        Assert.False(stopped.IsCompleted);
    }
}
