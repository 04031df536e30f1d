using System.Text.Json.Nodes;
using Opportunities.Infrastructure;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The templates before AWS' own resource schemas and cdk-nag's rules, as <c>tools/nag</c> has them.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class OfflineCheckTests
{
    private const string Validate = "nag/validate.js";
    private const string Nag = "nag/check.js";

    [Theory]
    [InlineData(Validate)]
    [InlineData(Nag)]
    public async Task The_templates_of_all_environments_pass(string check)
    {
        var templates = EnvironmentSettings.Names.SelectMany(name => SynthesizedStacks.Of(name).Templates)
            .ToDictionary(template => template.StackName, template => template.Json);
        var (exitCode, output) = await RunAsync(check, templates);
        Assert.True(exitCode == 0, output);
        Assert.Contains("9 templates", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Validate, "AWS::S3::Bucket", """{"BucketNam":"a"}""", "BucketNam")]
    [InlineData(Validate, "AWS::SQS::Queue", """{"VisibilityTimeout":"soon"}""", "VisibilityTimeout")]
    [InlineData(Validate, "AWS::ECS::TaskDefinition", """{"NetworkMode":"everywhere"}""", "NetworkMode")]
    [InlineData(Nag, "AWS::RDS::DBInstance", """{"DBInstanceClass":"db.t4g.micro","Engine":"postgres","PubliclyAccessible":true}""",
        "AwsSolutions-RDS2")]
    [InlineData(Nag, "AWS::S3::Bucket", "{}", "AwsSolutions-S1 ")]
    public async Task What_is_wrong_is_found(string check, string type, string properties, string said)
    {
        var wrong = new JsonObject { ["Type"] = type, ["Properties"] = JsonNode.Parse(properties) };
        var template = new JsonObject { ["Resources"] = new JsonObject { ["Wrong"] = wrong } };
        var (exitCode, output) = await RunAsync(check, new() { ["one"] = template });
        Assert.True(exitCode == 1, output);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    /// <summary>Runs a check over templates, in a folder as the CDK leaves it.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(string check, Dictionary<string, JsonObject> templates)
    {
        using var directory = new TestDirectory();
        var artifacts = new JsonObject();
        foreach (var (name, template) in templates)
        {
            var file = $"{name}.template.json";
            await File.WriteAllTextAsync(Path.Combine(directory.Path, file), template.ToJsonString());
            artifacts[name] = new JsonObject
            {
                ["type"] = "aws:cloudformation:stack",
                ["properties"] = new JsonObject { ["templateFile"] = file },
            };
        }

        var manifest = new JsonObject { ["artifacts"] = artifacts };
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "manifest.json"), manifest.ToJsonString());
        return await NodeTool.RunAsync(check, directory.Path);
    }
}
