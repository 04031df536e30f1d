using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>The document serves other generators than that of the typed client: here openapi-typescript, with openapi-fetch.</summary>
[Collection(SystemCollection.Name)]
public sealed class TypeScriptClientTests(TestSystem system)
{
    [Fact]
    public async Task A_client_made_of_the_document_compiles_and_creates_reads_and_is_refused()
    {
        await RunAsync("node_modules/openapi-typescript/bin/cli.js", "../docs/openapi.json", "--output", "typescript-client/schema.d.ts");
        await RunAsync("node_modules/typescript/bin/tsc", "--project", "typescript-client");
        var output = await RunAsync("typescript-client/client.mjs", system.Api.ToString().TrimEnd('/'), await system.TokenAsync("dev-all"));

        var seen = JsonNode.Parse(output)!;
        Assert.Equal("By a typed client", (string?)seen["title"]);
        Assert.Equal(12500.5m, (decimal)seen["budget"]!);
        Assert.Equal("DRAFT", (string?)seen["status"]);
        Assert.Equal("must not be blank.", (string?)seen["refused"]!["errors"]!["title"]![0]);
    }

    private static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var (exitCode, output) = await NodeTool.RunAsync(script, arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
