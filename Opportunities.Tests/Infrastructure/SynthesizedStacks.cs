using System.Text.Json.Nodes;
using Amazon.CDK;
using Opportunities.Infrastructure;

namespace Opportunities.Tests.Infrastructure;

/// <summary>The templates of the three environments, synthesized once for the whole test run.</summary>
internal static class SynthesizedStacks
{
    private static readonly Lazy<Task<Dictionary<string, SynthesizedEnvironment>>> _environments = new(() => Task.Run(SynthesizeAll));

    /// <summary>The environments' names, for theories.</summary>
    public static TheoryData<string> Names => new(EnvironmentSettings.All.Select(settings => settings.Name));

    /// <summary>The templates of an environment.</summary>
    public static SynthesizedEnvironment Of(string environment) => OfAsync(environment).GetAwaiter().GetResult();

    /// <summary>The same, without a thread that waits for them.</summary>
    public static async Task<SynthesizedEnvironment> OfAsync(string environment) => (await _environments.Value)[environment];

    private static Dictionary<string, SynthesizedEnvironment> SynthesizeAll()
    {
        try
        {
            return EnvironmentSettings.All.ToDictionary(settings => settings.Name, Synthesize);
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or FileNotFoundException || problem.GetType().Name.Contains("Jsii", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                "The stacks could not be synthesized. The AWS CDK runs on Node.js: `node --version` must answer with 20 or newer. " + problem.Message, problem);
        }
    }

    /// <summary>The warnings and errors in a file of the assembly; the CDK's versions put them in different ones.</summary>
    private static IEnumerable<string> Messages(string file) =>
        JsonNode.Parse(File.ReadAllText(file)) is JsonObject root ? Entries(root).Where(IsMessage).Select(entry => entry.ToJsonString()) : [];

    private static bool IsMessage(JsonObject entry) =>
        entry["type"]?.ToString() is "aws:cdk:warning" or "aws:cdk:error";

    private static IEnumerable<JsonObject> Entries(JsonNode? node) => node switch
    {
        JsonObject entry => entry.SelectMany(property => Entries(property.Value)).Prepend(entry),
        JsonArray list => list.SelectMany(Entries),
        _ => [],
    };

    private static SynthesizedEnvironment Synthesize(EnvironmentSettings defaults)
    {
        // The pipeline's role is made where a repository is named: its permissions are to be looked at too.
        var settings = defaults with { GitHubRepository = "example/opportunities" };
        var app = new App();
        var stacks = OpportunitiesStacks.Create(app, settings);
        var assembly = app.Synth();
        return new SynthesizedEnvironment(
            settings,
            Read(stacks.State),
            Read(stacks.Application),
            [.. Directory.EnumerateFiles(assembly.Directory, "*.json").SelectMany(Messages)]);

        Template Read(Stack stack) => new(
            stack.StackName,
            JsonNode.Parse(File.ReadAllText(assembly.GetStackByName(stack.StackName).TemplateFullPath))!.AsObject(),
            Amazon.CDK.Assertions.Template.FromStack(stack));
    }
}
