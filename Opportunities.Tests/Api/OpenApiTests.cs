using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>What the OpenAPI document says, and that the API does it.</summary>
[Collection(SystemCollection.Name)]
public sealed class OpenApiTests(TestSystem system)
{
    [Fact]
    public async Task Every_operation_is_described()
    {
        var document = await DocumentAsync();
        Assert.Equal("3.1.1", (string?)document["openapi"]);
        var operations = Operations(document).ToList();
        Assert.True(operations.Count > 20, $"Only {operations.Count} operations.");
        Assert.Equal(operations.Count, operations.Select(operation => (string?)operation.Node["operationId"]).Distinct().Count());
        Assert.All(operations, operation =>
        {
            Assert.NotEqual("", (string?)operation.Node["summary"] ?? "");
            Assert.NotEqual("", (string?)operation.Node["description"] ?? "");
            Assert.All(operation.Node["responses"]!.AsObject(), response => Assert.NotEqual("", (string?)response.Value!["description"] ?? ""));
        });
    }

    [Fact]
    public async Task Every_operation_under_api_is_closed_to_strangers_and_to_tokens_that_permit_nothing()
    {
        using var anonymous = await system.ClientAsync(null);
        using var limited = await system.ClientAsync("dev-none");
        var guarded = Operations(await DocumentAsync()).Where(operation => operation.Path.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        foreach (var (path, method, node) in guarded)
        {
            var address = path.Replace("{id}", Guid.NewGuid().ToString()).Replace("{sid}", Guid.NewGuid().ToString()).Replace("{aid}", Guid.NewGuid().ToString());
            using var without = await anonymous.SendAsync(new HttpMethod(method), address);
            Assert.True(without.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} without a token: {without.StatusCode}");
            using var with = await limited.SendAsync(new HttpMethod(method), address);
            Assert.True(with.StatusCode == HttpStatusCode.Forbidden, $"{method} {path} with a token that permits nothing: {with.StatusCode}");
            Assert.NotEmpty(node["security"]!.AsArray());
            Assert.All(["401", "403", "429", "500", "503"], status => Assert.NotNull(node["responses"]![status]));
        }
    }

    [Fact]
    public async Task Every_body_has_a_closed_schema_with_an_example_that_is_accepted_as_far_as_its_shape_goes()
    {
        var document = await DocumentAsync();
        using var client = await system.ClientAsync();
        foreach (var (path, method, node) in Operations(document))
        {
            if ((string?)node["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"] is not { } reference) continue;
            var schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
            Assert.False(schema["additionalProperties"]!.GetValue<bool>());
            var example = schema["examples"]![0]!.ToJsonString();
            var address = path.Replace("{id}", Guid.NewGuid().ToString()).Replace("{sid}", Guid.NewGuid().ToString());
            using var response = await client.SendAsync(new HttpMethod(method), address, example);
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Created, $"{method} {path}: {response.StatusCode}");
        }
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

    private static IEnumerable<(string Path, string Method, JsonNode Node)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "put" or "post" or "delete"
        select (path.Key, operation.Key.ToUpperInvariant(), operation.Value);
}
