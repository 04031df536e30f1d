using System.Text.Json.Nodes;
using Opportunities.Infrastructure;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The templates of the three environments, synthesized once for the whole test run.</summary>
internal static class SynthesizedStacks
{
    private static readonly Lazy<Task<Dictionary<string, SynthesizedEnvironment>>> _environments = new(() => Task.Run(SynthesizeAll));

    /// <summary>The environments' names, for theories.</summary>
    public static TheoryData<string> Names => new(EnvironmentSettings.Names);

    /// <summary>The templates of an environment.</summary>
    public static SynthesizedEnvironment Of(string environment) => OfAsync(environment).GetAwaiter().GetResult();

    /// <summary>The same, without a thread that waits for them.</summary>
    public static async Task<SynthesizedEnvironment> OfAsync(string environment) => (await _environments.Value)[environment];

    /// <summary>The templates of other settings.</summary>
    public static SynthesizedEnvironment Of(EnvironmentSettings settings)
    {
        using var directory = new TestDirectory();
        var synthesis = Synthesis.Of(settings, directory.Path);
        return new SynthesizedEnvironment(
            settings,
            Read(synthesis.Stacks.Account.StackName),
            Read(synthesis.Stacks.State.StackName),
            Read(synthesis.Stacks.Application.StackName),
            [.. Directory.EnumerateFiles(directory.Path, "*.json").SelectMany(Messages)],
            Fingerprints.Of(synthesis));

        Template Read(string name) => new(name, JsonNode.Parse(File.ReadAllText(synthesis.Templates[name]))!.AsObject());
    }

    private static Dictionary<string, SynthesizedEnvironment> SynthesizeAll()
    {
        try
        {
            return EnvironmentSettings.Names.ToDictionary(name => name, name => Of(SettingsReader.Of(name)));
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or FileNotFoundException
            || problem.GetType().Name.Contains("Jsii", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                "The stacks could not be synthesized. The AWS CDK runs on Node.js: `node --version` must answer with 20 or newer. "
                    + problem.Message, problem);
        }
    }

    /// <summary>What the CDK says about the stacks, in whichever file of the assembly it does.</summary>
    private static IEnumerable<string> Messages(string file) =>
        JsonNode.Parse(File.ReadAllText(file)) is JsonObject root
            ? Entries(root).Where(IsMessage).Select(entry => entry.ToJsonString())
            : [];

    private static bool IsMessage(JsonObject entry) =>
        entry["type"]?.ToString() is "aws:cdk:warning" or "aws:cdk:error" or "aws:cdk:info";

    private static IEnumerable<JsonObject> Entries(JsonNode? node) => node switch
    {
        JsonObject entry => entry.SelectMany(property => Entries(property.Value)).Prepend(entry),
        JsonArray list => list.SelectMany(Entries),
        _ => [],
    };
}
