using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Opportunities.Infrastructure;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The templates that are tested are those that are deployed: their fingerprints are committed, and others are refused.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class FingerprintTests
{
    /// <summary>
    /// The app in its own output, as the command line starts it: beside the tests it lacks what comes to them with ASP.NET.
    /// </summary>
    private static readonly string _app = typeof(OpportunitiesStacks).Assembly.Location.Replace(
        "Opportunities.SystemTests", "Opportunities.Infrastructure", StringComparison.Ordinal);

    [Fact]
    public void The_committed_fingerprints_are_those_of_these_templates()
    {
        var committed = JsonNode.Parse(
            File.ReadAllText(RepositoryRoot.Combine("Opportunities.Infrastructure/environments/fingerprints.json")))!.AsObject();
        var found = EnvironmentSettings.Names.SelectMany(name => SynthesizedStacks.Of(name).Fingerprints);
        Assert.True(
            committed.Select(entry => $"{entry.Key} {entry.Value}").Order(StringComparer.Ordinal)
                .SequenceEqual(found.Select(entry => $"{entry.Key} {entry.Value}").Order(StringComparer.Ordinal)),
            $"The templates have changed. Where that is meant: {Fingerprints.WriteCommand}");
    }

    [Fact]
    public void A_change_of_one_setting_is_another_fingerprint_and_another_question_how_many_tasks()
    {
        var shipped = SynthesizedStacks.Of("dev");
        var changed = SynthesizedStacks.Of(shipped.Settings with { LatencyAlarmMs = 501 });
        Assert.Equal(["opportunity-management-service-dev"], changed.Fingerprints.Except(shipped.Fingerprints).Select(entry => entry.Key));
        Assert.NotEqual(Revision(shipped), Revision(changed));
        Assert.Equal(16, Revision(shipped).Length);

        static string Revision(SynthesizedEnvironment environment) =>
            environment.Application.One("AWS::CloudFormation::CustomResource").Text("Revision")!;
    }

    [Fact]
    public async Task The_app_gives_the_command_line_the_same_templates_as_these()
    {
        using var directory = new TestDirectory();
        // As the command line calls it: with a place for the result, and with the wish for paths in the templates.
        var (exitCode, error) = await RunAsync(
            [], ("CDK_OUTDIR", directory.Path),
            ("CDK_CONTEXT_JSON", """{"env":"dev","aws:cdk:enable-path-metadata":true,"aws:cdk:enable-asset-metadata":true}"""));
        Assert.True(exitCode == 0, error);
        foreach (var template in SynthesizedStacks.Of("dev").Templates)
        {
            var written = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory.Path, $"{template.StackName}.template.json")));
            Assert.True(JsonNode.DeepEquals(template.Json, written), template.StackName);
        }
    }

    [Fact]
    public async Task With_credentials_at_hand_the_app_refuses_the_shipped_settings()
    {
        using var directory = new TestDirectory();
        var (exitCode, error) = await RunAsync(
            [], ("CDK_OUTDIR", directory.Path), ("CDK_CONTEXT_JSON", """{"env":"dev"}"""), ("CDK_DEFAULT_ACCOUNT", "111122223333"));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("environments/dev.json still has placeholders: account (000000000000)", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(directory.Path, "*.template.json"));
    }

    [Fact]
    public async Task A_command_that_is_not_known_says_which_are()
    {
        var (exitCode, error) = await RunAsync(["deploy"]);
        Assert.Equal((2, true), (exitCode, error.StartsWith("usage: ", StringComparison.Ordinal)));
        (exitCode, error) = await RunAsync(["fingerprint", "test"]);
        Assert.Equal((1, "There is no environment 'test': --context env=X takes one of dev, staging, prod."), (exitCode, error.Trim()));
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string[] arguments, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string?>
        {
            ["CDK_DEFAULT_ACCOUNT"] = null,
            ["AWS_REGION"] = null,
            ["AWS_DEFAULT_REGION"] = null,
        };
        foreach (var (name, value) in variables) environment[name] = value;
        var run = await Cli.Wrap("dotnet").WithArguments([_app, .. arguments]).WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return (run.ExitCode, run.StandardError);
    }
}
