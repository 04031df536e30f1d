using Amazon.CDK;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The stacks of one environment: the definition of the infrastructure, whoever deploys it.</summary>
/// <param name="State">What outlives a release.</param>
/// <param name="Application">What a release replaces.</param>
public sealed record OpportunitiesStacks(StateStack State, ApplicationStack Application)
{
    /// <summary>Creates the stacks.</summary>
    /// <param name="scope">The CDK app or stage.</param>
    /// <param name="settings">The environment's settings.</param>
    public static OpportunitiesStacks Create(Construct scope, EnvironmentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var state = new StateStack(scope, Names.StateStack(settings.Name), settings, Props(settings, "state", terminationProtection: true));
        var application = new ApplicationStack(
            scope, Names.ApplicationStack(settings.Name), settings, state, Props(settings, "application", terminationProtection: settings.Name == "prod"));
        return new OpportunitiesStacks(state, application);
    }

    private static StackProps Props(EnvironmentSettings settings, string part, bool terminationProtection) => new()
    {
        Env = new Amazon.CDK.Environment
        {
            Account = settings.Account.Length > 0 ? settings.Account : null,
            Region = settings.Region,
        },
        Description = $"{Names.Service}, {part}, {settings.Name}",
        TerminationProtection = terminationProtection,
        Tags = new Dictionary<string, string>
        {
            ["service"] = Names.Service,
            ["environment"] = settings.Name,
            ["part"] = part,
        },
    };
}
