using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The code of a function of the stacks, run by Node.js as AWS Lambda would.</summary>
internal static class FunctionCode
{
    /// <param name="name">What the function's logical id contains.</param>
    /// <param name="driver">Calls the code, which is <c>./index.js</c>, and writes what came of it as JSON.</param>
    public static async Task<JsonNode> RunAsync(string name, string driver, Dictionary<string, string?> variables)
    {
        using var directory = new TestDirectory();
        var code = SynthesizedStacks.Of("dev").Application.All("AWS::Lambda::Function")
            .Single(function => function.LogicalId.Contains(name, StringComparison.Ordinal)).Text("Code.ZipFile")!;
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "index.js"), code);
        var node = await Cli.Wrap("node").WithArguments(["-e", driver]).WithWorkingDirectory(directory.Path)
            .WithEnvironmentVariables(variables).ExecuteBufferedAsync();
        return JsonNode.Parse(node.StandardOutput)!;
    }
}
