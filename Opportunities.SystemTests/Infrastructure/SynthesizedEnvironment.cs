using Opportunities.Infrastructure;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>What one environment's stacks came to.</summary>
public sealed record SynthesizedEnvironment(
    EnvironmentSettings Settings, Template Account, Template State, Template Application, IReadOnlyList<string> Messages,
    IReadOnlyDictionary<string, string> Fingerprints)
{
    /// <summary>The templates, in the order in which they are deployed.</summary>
    public IEnumerable<Template> Templates => [Account, State, Application];

    /// <summary>Every resource.</summary>
    public IEnumerable<Resource> Resources => Templates.SelectMany(template => template.Resources);

    /// <summary>The resources of a type.</summary>
    public IReadOnlyList<Resource> All(string type) => [.. Resources.Where(resource => resource.Type == type)];
}
