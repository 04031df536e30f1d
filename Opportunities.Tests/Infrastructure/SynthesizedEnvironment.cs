using Opportunities.Infrastructure;

namespace Opportunities.Tests.Infrastructure;

/// <summary>What one environment's stacks came to.</summary>
public sealed record SynthesizedEnvironment(EnvironmentSettings Settings, Template State, Template Application, IReadOnlyList<string> Messages)
{
    /// <summary>Both templates.</summary>
    public IEnumerable<Template> Templates => [State, Application];
}
