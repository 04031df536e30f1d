using System.Net;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class HttpSemanticsTests(TestSystem system)
{
    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_names_no_server()
    {
        using var client = await system.ClientAsync();
        foreach (var path in new[] { "/health", "/alive", ApiClient.Opportunities, $"{ApiClient.Opportunities}/nothing", "/openapi/v1.json" })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("default-src 'none'; frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("X-Powered-By"));
            Assert.Single(response.Headers.GetValues("X-Request-ID"));
        }
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/skill-requirements")]
    [InlineData("GET", "/attachments")]
    [InlineData("DELETE", "")]
    public async Task A_parameter_that_an_operation_does_not_take_is_400_and_does_nothing(string method, string path)
    {
        using var client = await system.ClientAsync();
        var address = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        // Also where the answer without it is cached.
        await client.GetJsonAsync(address);
        using var refused = await client.SendAsync(new HttpMethod(method), $"{address}{path}?dry_run=true");
        Assert.Equal(["dry_run"], await refused.OffendingAsync());
        await client.GetJsonAsync(address);
    }

    [Theory]
    [InlineData("my-request.42", true)]
    [InlineData("has space", false)]
    [InlineData("<script>", false)]
    public async Task A_sane_request_id_is_echoed_and_another_is_replaced(string sent, bool isEchoed)
    {
        using var client = await system.ClientAsync();
        using var response = await client.SendAsync(HttpMethod.Get, "/alive", headers: ("X-Request-ID", sent));
        Assert.Equal(isEchoed, response.Headers.GetValues("X-Request-ID").Single() == sent);
    }

    [Fact]
    public async Task Head_answers_as_get_without_a_body()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        foreach (var path in new[] { "/health", ApiClient.Opportunities, $"{ApiClient.Opportunities}/{id}", $"{ApiClient.Opportunities}/{id}/history" })
        {
            using var response = await client.SendAsync(HttpMethod.Head, path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Options_and_405_say_what_is_allowed()
    {
        using var client = await system.ClientAsync();
        using var options = await client.SendAsync(HttpMethod.Options, $"{ApiClient.Opportunities}/{Guid.NewGuid()}");
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal(["DELETE", "GET", "HEAD", "OPTIONS", "PUT"], options.Content.Headers.Allow.Order());
        using var patch = await client.SendAsync(HttpMethod.Patch, ApiClient.Opportunities);
        await patch.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], patch.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task A_known_version_is_304_from_the_database_and_from_the_cache()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        for (var n = 0; n < 3; n++)
        {
            using var known = await client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}/{id}", headers: ("If-None-Match", "\"1\""));
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
            Assert.Equal("\"1\"", known.Headers.ETag!.Tag);
            Assert.Empty(await known.Content.ReadAsByteArrayAsync());
            using var other = await client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}/{id}", headers: ("If-None-Match", "\"7\""));
            await other.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_stale_If_Match_is_412_and_changes_nothing()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var first = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Second" }, ("If-Match", "\"1\""));
        Assert.Equal("\"2\"", first.Headers.ETag!.Tag);
        using var put = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Third" }, ("If-Match", "\"1\""));
        await put.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var move = await client.MoveAsync(id, "SUBMITTED", ("If-Match", "\"1\""));
        await move.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var delete = await client.SendAsync(HttpMethod.Delete, $"{ApiClient.Opportunities}/{id}", headers: ("If-Match", "\"1\""));
        await delete.ProblemAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal("Second", (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"]!.GetValue<string>());
        using var weak = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Third" }, ("If-Match", "W/\"2\""));
        await weak.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var any = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Third" }, ("If-Match", "*"));
        await any.JsonAsync(HttpStatusCode.OK);
        using var malformed = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "x" }, ("If-Match", "2"));
        Assert.Equal(["If-Match"], await malformed.OffendingAsync());
    }

    [Fact]
    public async Task Of_concurrent_updates_of_one_version_exactly_one_wins()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 16).Select(n =>
            client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Title {n}" }, ("If-Match", "\"1\""))));
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK);
        Assert.Equal(15, responses.Count(response => response.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task The_history_is_a_gapless_chain_whatever_the_interleaving()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync(ApiClient.Valid("Title"));
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Title {n}" })));
        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        var history = (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history?size=100"))["items"]!.AsArray()
            .Where(change => change!["field_name"]!.GetValue<string>() == "title")
            .Select(change => (Old: change!["old_value"]!.GetValue<string>(), New: change["new_value"]!.GetValue<string>()))
            .Reverse().ToList();
        Assert.Equal(40, history.Count);
        Assert.Equal("Title", history[0].Old);
        Assert.All(history.Zip(history.Skip(1)), pair => Assert.Equal(pair.First.New, pair.Second.Old));
    }

    [Fact]
    public async Task A_repeat_with_the_same_Idempotency_Key_gets_the_first_answer_and_creates_nothing()
    {
        using var client = await system.ClientAsync();
        var key = Guid.NewGuid().ToString();
        var body = ApiClient.Valid().ToJsonString();
        using var first = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, ("Idempotency-Key", key));
        var text = await first.Content.ReadAsStringAsync();
        var id = (await first.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>();
        using var changed = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Changed" });

        using var repeat = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, ("Idempotency-Key", key));
        Assert.Equal(HttpStatusCode.Created, repeat.StatusCode);
        Assert.Equal(text, await repeat.Content.ReadAsStringAsync());
        Assert.Equal("true", repeat.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.Headers.Location, repeat.Headers.Location);

        using var other = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid("Other").ToJsonString(), ("Idempotency-Key", key));
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var foreign = await system.ClientAsync("dev-service");
        using var own = await foreign.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, ("Idempotency-Key", key));
        Assert.NotEqual(id, (await own.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Concurrent_repeats_create_once()
    {
        using var client = await system.ClientAsync();
        var key = Guid.NewGuid().ToString();
        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString(), ("Idempotency-Key", key))));
        var bodies = await Task.WhenAll(responses.Select(response => response.Content.ReadAsStringAsync()));
        Assert.All(responses, response => Assert.Equal(HttpStatusCode.Created, response.StatusCode));
        Assert.Single(bodies.Distinct());
        Assert.Equal(11, responses.Count(response => response.Headers.Contains("Idempotency-Replayed")));
    }

    [Fact]
    public async Task A_refused_request_does_not_use_its_key_up()
    {
        using var client = await system.ClientAsync();
        var key = Guid.NewGuid().ToString();
        using var refused = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, "{}", ("Idempotency-Key", key));
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
        using var accepted = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString(), ("Idempotency-Key", key));
        await accepted.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_browser_of_an_origin_that_is_not_listed_gets_no_permission()
    {
        using var client = await system.ClientAsync(null);
        using var preflight = await client.SendAsync(
            HttpMethod.Options, ApiClient.Opportunities, headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "GET")]);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
