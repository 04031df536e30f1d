using System.Text.Json.Nodes;
using Opportunities.SystemTests.Infrastructure;

namespace Opportunities.SystemTests.AppHost;

/// <summary>What <c>aspire publish</c> gives: the stacks that the CDK's command line gives, and nothing of a developer's run.</summary>
public sealed class PublishTests : IDisposable
{
    /// <summary>What AWS calls something else.</summary>
    private static readonly string[] _others = ["SupportedIdentityProviders", "AssumeRoleWithWebIdentity"];

    private static readonly string _path = Environment.GetEnvironmentVariable("PATH")!;

    private readonly string _folder = Directory.CreateTempSubdirectory("opportunities-publish-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public async Task The_templates_are_those_of_the_CDKs_command_line(string environment)
    {
        var synthesized = await SynthesizedStacks.OfAsync(environment);
        // The development environment is what is published where none is named.
        var published = await PublishAsync(environment == "dev" ? [] : [$"--Deployment:env={environment}"]);

        Assert.True(published.ExitCode == 0, published.Output);
        var expected = synthesized.Templates.ToDictionary(template => template.StackName + ".template.json", template => template.Json);
        Assert.Equal(expected.Keys.Order(), Files(published).Where(IsTemplate).Order());
        Assert.All(expected, template =>
            Assert.True(JsonNode.DeepEquals(template.Value, Read(published, template.Key)), $"{template.Key} differs"));

        // Nothing of a developer's run.
        Assert.All(expected.Values, template =>
        {
            var text = _others.Aggregate(template.ToJsonString(), (text, name) => text.Replace(name, "", StringComparison.Ordinal));
            Assert.All(["identity", "development", "seed"], word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
        });
        // Passwords of containers that nobody deploys would be kept here.
        var kept = Path.Combine(_folder, ".aspire", "deployments");
        Assert.Empty(Directory.Exists(kept) ? Directory.EnumerateFiles(kept, "*", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public async Task An_environment_that_does_not_exist_is_one_sentence()
    {
        var published = await PublishAsync("--Deployment:env=test");

        Assert.NotEqual(0, published.ExitCode);
        Assert.Contains("There is no environment 'test'", published.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", published.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publish_that_fails_does_not_exit_with_0()
    {
        // The CDK runs on Node.js; the package logs what is wrong with it and would go on.
        var node = Path.Combine(_folder, OperatingSystem.IsWindows() ? "node.cmd" : "node");
        await File.WriteAllTextAsync(node, "#!/bin/sh\nexit 7\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);

        var published = await PublishedApplication.CreateAsync(_folder, _folder + Path.PathSeparator + _path);

        Assert.NotEqual(0, published.ExitCode);
        Assert.Contains("exit code", published.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_is_the_steps_of_a_release_and_ends_at_the_first_that_fails()
    {
        var published = await PublishAsync("--step", "deploy");

        Assert.Equal(1, published.ExitCode);
        Assert.Contains("'aws-check' failed", published.Output, StringComparison.Ordinal);
        Assert.Contains("The account of dev is not filled in", published.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--step infrastructure", published.Output, StringComparison.Ordinal);
    }

    private static bool IsTemplate(string file) => file.EndsWith(".template.json", StringComparison.Ordinal);

    private static IEnumerable<string> Files(PublishedApplication published) =>
        Directory.EnumerateFiles(published.Assembly).Select(file => Path.GetFileName(file));

    private static JsonObject Read(PublishedApplication published, string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(published.Assembly, file)))!.AsObject();

    private Task<PublishedApplication> PublishAsync(params string[] arguments) =>
        PublishedApplication.CreateAsync(_folder, _path, arguments);
}
