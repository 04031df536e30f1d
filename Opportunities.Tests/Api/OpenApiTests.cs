using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Opportunities.LocalServers;

namespace Opportunities.Tests.Api;

/// <summary>What the OpenAPI document says, and that the API does it.</summary>
[Collection(SystemCollection.Name)]
public sealed class OpenApiTests(TestSystem system)
{
    private static readonly JsonSerializerOptions _indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Every_operation_is_described()
    {
        var document = await DocumentAsync();
        Assert.Equal("3.1.1", (string?)document["openapi"]);
        var operations = DocumentedOperation.AllOf(document);
        Assert.True(operations.Count > 20, $"Only {operations.Count} operations.");
        Assert.Equal(operations.Count, operations.Select(operation => (string?)operation.Node["operationId"]).Distinct().Count());
        Assert.All(operations, operation =>
        {
            Assert.NotEqual("", (string?)operation.Node["summary"] ?? "");
            Assert.NotEqual("", (string?)operation.Node["description"] ?? "");
            Assert.All(operation.Statuses, status => Assert.NotEqual("", (string?)operation.Response(status)["description"] ?? ""));
        });
    }

    [Fact]
    public async Task Every_operation_under_api_is_closed_to_strangers_and_to_tokens_that_permit_nothing()
    {
        using var anonymous = await system.ClientAsync(null);
        using var limited = await system.ClientAsync("dev-none");
        var guarded = DocumentedOperation.AllOf(await DocumentAsync())
            .Where(operation => operation.Path.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        foreach (var (path, method, node, _) in guarded)
        {
            var address = path.Replace("{id}", Guid.NewGuid().ToString())
                .Replace("{sid}", Guid.NewGuid().ToString())
                .Replace("{aid}", Guid.NewGuid().ToString());
            using var without = await anonymous.SendAsync(new HttpMethod(method), address);
            Assert.True(without.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} without a token: {without.StatusCode}");
            using var with = await limited.SendAsync(new HttpMethod(method), address);
            Assert.True(
                with.StatusCode == HttpStatusCode.Forbidden, $"{method} {path} with a token that permits nothing: {with.StatusCode}");
            Assert.NotEmpty(node["security"]!.AsArray());
            Assert.All(["401", "403", "429", "500", "503"], status => Assert.NotNull(node["responses"]![status]));
        }
    }

    [Fact]
    public async Task Every_body_has_a_closed_schema_with_an_example_that_is_accepted_as_far_as_its_shape_goes()
    {
        var document = await DocumentAsync();
        using var client = await system.ClientAsync();
        foreach (var (path, method, node, _) in DocumentedOperation.AllOf(document))
        {
            if ((string?)node["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"] is not { } reference) continue;
            var schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
            Assert.False(schema["additionalProperties"]!.GetValue<bool>());
            var example = schema["examples"]![0]!.ToJsonString();
            var address = path.Replace("{id}", Guid.NewGuid().ToString()).Replace("{sid}", Guid.NewGuid().ToString());
            using var response = await client.SendAsync(new HttpMethod(method), address, example);
            Assert.True(
                response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Created or HttpStatusCode.OK,
                $"{method} {path}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        var file = RepositoryRoot.Combine("docs/openapi.json");
        var served = (await DocumentAsync()).ToJsonString(_indented) + "\n";
        if (Environment.GetEnvironmentVariable("OPPORTUNITIES_WRITE_DOCUMENT") == "1") await File.WriteAllTextAsync(file, served);
        Assert.True(
            served == await File.ReadAllTextAsync(file),
            "docs/openapi.json is not what the API serves. Write it anew, and look at what changed: OPPORTUNITIES_WRITE_DOCUMENT=1 ./test "
            + "--filter OpenApiTests");
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("dev-none", HttpStatusCode.Forbidden)]
    [InlineData("dev-reader", HttpStatusCode.OK)]
    [InlineData("dev-rep-1", HttpStatusCode.OK)]
    [InlineData("dev-admin", HttpStatusCode.OK)]
    public async Task The_document_is_served_to_callers_who_may_read(string? caller, HttpStatusCode expected)
    {
        using var client = await system.ClientAsync(caller);
        for (var n = 0; n < 2; n++)
        {
            using var answer = await client.GetAsync("/api/v1/openapi.json");
            if (expected != HttpStatusCode.OK)
            {
                await answer.ProblemAsync(expected);
                continue;
            }

            Assert.True(JsonNode.DeepEquals(await DocumentAsync(), await answer.JsonAsync(expected)));
            Assert.Equal("no-cache, private", answer.Headers.CacheControl!.ToString());
        }
    }

    [Fact]
    public async Task Who_has_the_document_gets_it_no_second_time()
    {
        using var client = await system.ClientAsync("dev-reader");
        using var first = await client.GetAsync("/api/v1/openapi.json");
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        using var known = await client.SendAsync(HttpMethod.Get, "/api/v1/openapi.json", null, ("If-None-Match", $"{tag}"));
        Assert.Equal((HttpStatusCode.NotModified, tag), (known.StatusCode, known.Headers.ETag));
        using var other = await client.SendAsync(HttpMethod.Get, "/api/v1/openapi.json", null, ("If-None-Match", "\"1\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task The_document_takes_no_parameter_and_no_other_method()
    {
        using var client = await system.ClientAsync("dev-reader");
        using var refused = await client.GetAsync("/api/v1/openapi.json?v=2");
        Assert.Equal(["v"], await refused.OffendingAsync());
        using var posted = await client.SendAsync(HttpMethod.Post, "/api/v1/openapi.json", new { });
        await posted.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        using var other = await client.SendAsync(HttpMethod.Get, "/api/v1/openapi.json", null, ("Accept", "text/html"));
        await other.ProblemAsync(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData("spectral", "lint", "../docs/openapi.json", "--ruleset", "spectral.yaml", "--fail-severity", "hint")]
    [InlineData("redocly", "lint", "../docs/openapi.json", "--config", "redocly.yaml")]
    public async Task The_committed_document_lints_clean(string linter, params string[] arguments)
    {
        var (exitCode, output) = await NodeTool.RunAsync($"node_modules/.bin/{linter}", arguments);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Members_are_named_and_typed_as_in_the_answers()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!.AsObject();
        Assert.All(schemas, schema => Assert.All(
            schema.Value!["properties"]?.AsObject() ?? [],
            member => Assert.False(member.Key.Any(char.IsUpper), $"{schema.Key}.{member.Key}")));
        Assert.Equal("integer", (string?)schemas["OpportunityResponse"]!["properties"]!["version"]!["type"]);
    }

    [Fact]
    public async Task The_page_of_the_document_is_served_in_development()
    {
        using var client = new HttpClient { BaseAddress = system.Api };
        using var response = await client.GetAsync("/docs");
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Opportunity Management Service", await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> DocumentAsync()
    {
        using var client = await system.ClientAsync(null);
        return await client.GetJsonAsync("/openapi/v1.json");
    }
}
