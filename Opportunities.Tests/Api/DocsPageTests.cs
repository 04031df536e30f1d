using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>The page at <c>/docs</c> in a real browser, as a developer uses it.</summary>
[Collection(SystemCollection.Name)]
public sealed class DocsPageTests(TestSystem system)
{
    [Fact]
    public async Task Somebody_authorizes_sends_a_request_and_sees_its_answer_on_a_page_whose_controls_all_have_names()
    {
        var (exitCode, output) = await NodeTool.RunAsync(
            "docs-page.mjs", new Uri(system.Api, "/docs").ToString(), await system.TokenAsync("dev-reader"));
        Assert.True(exitCode == 0, output);
        var seen = JsonNode.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.Equal("200", (string?)seen["status"]);
        Assert.Contains("\"client_name\"", (string?)seen["body"], StringComparison.Ordinal);
        Assert.True(seen["controls"]!.GetValue<int>() > 20, seen.ToJsonString());
        Assert.True(seen["unnamed"]!.AsArray().Count == 0, seen["unnamed"]!.ToJsonString());
        Assert.Empty(seen["errors"]!.AsArray().Select(error => (string?)error));
        Assert.Empty(seen["foreign"]!.AsArray().Select(address => (string?)address));
    }
}
