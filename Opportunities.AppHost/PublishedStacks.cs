using Amazon.CDK;
using Microsoft.Extensions.Configuration;
using Opportunities.Infrastructure;

namespace Opportunities.AppHost;

/// <summary>The stacks of Opportunities.Infrastructure, as an <c>aspire publish</c> creates them.</summary>
/// <param name="settings">The settings of the environment that is published.</param>
internal sealed class PublishedStacks(EnvironmentSettings settings)
{
    /// <summary>The section of the configuration that has the keys which <c>cdk --context</c> takes.</summary>
    public const string Section = "Deployment";

    private const string UsualEnvironment = "dev";

    private OpportunitiesStacks? _created;

    /// <summary>The settings of the environment that is published.</summary>
    public EnvironmentSettings Settings => settings;

    /// <summary>The stacks, once they are created.</summary>
    public OpportunitiesStacks Created => _created ?? throw new InvalidOperationException("The stacks are asked for before they are created.");

    /// <summary>Reads which environment is meant, and what is to be different there.</summary>
    /// <param name="configuration">The AppHost's configuration: <c>--Deployment:env=staging</c>, or <c>Deployment__env</c> in the process's environment.</param>
    /// <exception cref="SettingsException">The environment is unknown, or a value cannot be used.</exception>
    public static PublishedStacks Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return new(SettingsReader.Read(key => section[key] ?? (key == "env" ? UsualEnvironment : null)));
    }

    /// <summary>Creates the stacks.</summary>
    /// <param name="app">The CDK app of the publish.</param>
    /// <returns>The stack that Aspire takes for its own; the other one is beside it in the app.</returns>
    public ApplicationStack Create(App app)
    {
        _created = OpportunitiesStacks.Create(app, settings);
        return _created.Application;
    }
}
