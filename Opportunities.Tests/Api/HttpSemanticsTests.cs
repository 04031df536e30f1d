using System.Net;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class HttpSemanticsTests(TestSystem system)
{
    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_names_no_server()
    {
        using var client = await system.ClientAsync();
        foreach (var path in new[]
        {
            "/health", "/alive", ApiClient.Opportunities, $"{ApiClient.Opportunities}/nothing", "/openapi/v1.json",
        })
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
        foreach (var path in new[]
        {
            "/health", ApiClient.Opportunities, $"{ApiClient.Opportunities}/{id}", $"{ApiClient.Opportunities}/{id}/history",
        })
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

    [Theory]
    [InlineData("/summary", "GET, HEAD, OPTIONS")]
    [InlineData("/export", "GET, HEAD, OPTIONS")]
    [InlineData("/import", "OPTIONS, POST")]
    [InlineData("/{id}/attachments/upload-url", "OPTIONS, POST")]
    [InlineData("/{id}/attachments/complete", "OPTIONS, POST")]
    [InlineData("/{id}/attachments/{id}", "DELETE, OPTIONS")]
    [InlineData("/{id}/status", "OPTIONS, POST")]
    [InlineData("/{id}/owner", "OPTIONS, POST")]
    [InlineData("/reassign", "OPTIONS, POST")]
    public async Task A_path_of_its_own_allows_its_own_methods(string path, string allowed)
    {
        using var client = await system.ClientAsync();
        var address = ApiClient.Opportunities + path.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        using var options = await client.SendAsync(HttpMethod.Options, address);
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal(allowed, string.Join(", ", options.Content.Headers.Allow.Order()));
        foreach (var method in "GET, POST, PUT, DELETE, PATCH".Split(", ").Except(allowed.Split(", ")))
        {
            using var refused = await client.SendAsync(new HttpMethod(method), address);
            await refused.ProblemAsync(HttpStatusCode.MethodNotAllowed);
            Assert.Equal(allowed, string.Join(", ", refused.Content.Headers.Allow.Order()));
        }
    }

    /// <summary>Queries that are no percent-encoded UTF-8, and the parameters that are at fault.</summary>
    public static TheoryData<string, string> BrokenQueries => new()
    {
        { "q=%FF", "q" }, { "q=%zz", "q" }, { "q=%", "q" }, { "q=%2", "q" }, { "q=50%", "q" }, { "q=%C3", "q" }, { "q=%C3a%A9", "q" },
        { "q=%ED%A0%80", "q" }, { "q=%C0%AF", "q" }, { "q=%F4%90%80%80", "q" }, { "client_name=a%", "client_name" }, { "page=%zz", "page" },
        { "q=a&size=%FF", "size" }, { "q=%C3&client_name=%A9", "client_name,q" }, { "%FF=1", "%FF" }, { "%zz", "%zz" }, { "%", "%" },
        { "q%C3=a", "q%C3" }, { "cursor=%E2%82", "cursor" }, { "surprise=%FF", "surprise" },
    };

    [Theory]
    [MemberData(nameof(BrokenQueries))]
    public async Task A_query_that_is_no_percent_encoded_UTF_8_is_400_wherever_it_stands(string query, string parameters)
    {
        using var client = await system.ClientAsync();
        var one = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        var all = ApiClient.Opportunities;
        foreach (var path in (string[])[all, $"{all}/summary", $"{all}/export", one, $"{one}/history", $"{one}/problem-statements"])
        {
            // Also where an answer without it is cached.
            using var refused = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Unchanged($"{path}?{query}")));
            Assert.Equal(parameters.Split(','), await refused.OffendingAsync());
        }

        using var written = await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Unchanged($"{one}?{query}")));
        Assert.Equal(parameters.Split(','), await written.OffendingAsync());
        await client.GetJsonAsync(one);
    }

    [Theory]
    [InlineData("?STATUS=DRAFT")]
    [InlineData("?status=DRAFT&STATUS=SUBMITTED")]
    [InlineData("?STATUS=SUBMITTED&status=DRAFT")]
    public async Task A_parameter_in_other_letters_is_another_one(string query)
    {
        using var client = await system.ClientAsync();
        using var refused = await client.GetAsync(ApiClient.Opportunities + query);
        Assert.Equal(["STATUS"], await refused.OffendingAsync());
    }

    [Theory]
    [InlineData("%FF")]
    [InlineData("%zz")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C3/history")]
    public async Task A_path_that_is_no_percent_encoded_UTF_8_names_nothing(string path)
    {
        using var client = await system.ClientAsync();
        using var refused = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Unchanged($"{ApiClient.Opportunities}/{path}")));
        await refused.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/é")]
    [InlineData("/a b")]
    [InlineData("/{x}")]
    [InlineData("/100%25")]
    [InlineData("?x=é")]
    public async Task The_instance_of_a_problem_is_a_URI_reference(string path)
    {
        using var client = await system.ClientAsync();
        using var refused = await client.GetAsync($"{ApiClient.Opportunities}{path}");
        var instance = (string)(await refused.ProblemAsync(refused.StatusCode))["instance"]!;
        Assert.True(Uri.IsWellFormedUriString(instance, UriKind.Relative), instance);
        Assert.Equal(refused.RequestMessage!.RequestUri!.AbsolutePath, instance);
    }

    [Fact]
    public async Task An_Idempotency_Key_may_have_letters_of_every_language()
    {
        using var client = await NewUtf8ClientAsync();
        var key = $"Übergabe-東京-{Guid.NewGuid()}";
        using var first = await CreateAsync(key);
        var text = (await first.JsonAsync(HttpStatusCode.Created)).ToJsonString();
        using var again = await CreateAsync(key);
        Assert.Equal(text, (await again.JsonAsync(HttpStatusCode.Created)).ToJsonString());
        using var other = await CreateAsync($"{key}é");
        Assert.NotEqual(text, (await other.JsonAsync(HttpStatusCode.Created)).ToJsonString());
        foreach (var malformed in new[] { "a\u2028b", "a\u200bb", "a\u00a0b" })
        {
            using var refused = await CreateAsync(malformed);
            Assert.Equal(["Idempotency-Key"], await refused.OffendingAsync());
        }

        Task<HttpResponseMessage> CreateAsync(string key) =>
            client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString(), ("Idempotency-Key", key));
    }

    /// <summary>An address as it is: a client escapes what is not escaped.</summary>
    private Uri Unchanged(string target) => new(
        $"{system.Api.GetLeftPart(UriPartial.Authority)}{target}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private async Task<HttpClient> NewUtf8ClientAsync()
    {
        var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8 };
        var client = new HttpClient(handler) { BaseAddress = system.Api };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await system.TokenAsync("dev-all"));
        return client;
    }

    [Fact]
    public async Task A_known_version_is_304_from_the_database_and_from_the_cache()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        for (var n = 0; n < 3; n++)
        {
            using var known = await client.SendAsync(
                HttpMethod.Get, $"{ApiClient.Opportunities}/{id}", headers: ("If-None-Match", "\"1\""));
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
            Assert.Equal("\"1\"", known.Headers.ETag!.Tag);
            Assert.Empty(await known.Content.ReadAsByteArrayAsync());
            using var other = await client.SendAsync(
                HttpMethod.Get, $"{ApiClient.Opportunities}/{id}", headers: ("If-None-Match", "\"7\""));
            await other.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_stale_If_Match_is_412_and_changes_nothing()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var first = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Second" }, ("If-Match", "\"1\""));
        Assert.Equal("\"2\"", first.Headers.ETag!.Tag);
        using var put = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Third" }, ("If-Match", "\"1\""));
        await put.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var move = await client.MoveAsync(id, "SUBMITTED", ("If-Match", "\"1\""));
        await move.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var delete = await client.SendAsync(HttpMethod.Delete, $"{ApiClient.Opportunities}/{id}", headers: ("If-Match", "\"1\""));
        await delete.ProblemAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal("Second", (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["title"]!.GetValue<string>());
        using var weak = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Third" }, ("If-Match", "W/\"2\""));
        await weak.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var any = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Third" }, ("If-Match", "*"));
        await any.JsonAsync(HttpStatusCode.OK);
        using var malformed = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "x" }, ("If-Match", "2"));
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

        using var other = await client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid("Other").ToJsonString(), ("Idempotency-Key", key));
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
        using var accepted = await client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString(), ("Idempotency-Key", key));
        await accepted.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_browser_of_an_origin_that_is_not_listed_gets_no_permission()
    {
        using var client = await system.ClientAsync(null);
        using var preflight = await client.SendAsync(
            HttpMethod.Options, ApiClient.Opportunities,
            headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "GET")]);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
