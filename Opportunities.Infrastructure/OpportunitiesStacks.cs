using Amazon.CDK;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The stacks of one environment, in the order in which they are deployed.</summary>
/// <param name="Account">What can fail for reasons of the account.</param>
/// <param name="State">What outlives a release.</param>
/// <param name="Application">What a release replaces.</param>
public sealed record OpportunitiesStacks(AccountStack Account, StateStack State, ApplicationStack Application)
{
    /// <summary>The stacks, in their order.</summary>
    public IEnumerable<Stack> All => [Account, State, Application];

    /// <summary>Creates the stacks.</summary>
    /// <param name="scope">The CDK app or stage.</param>
    /// <param name="settings">The environment's settings.</param>
    public static OpportunitiesStacks Create(Construct scope, EnvironmentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var account = new AccountStack(scope, Names.AccountStack(settings.Name), settings, Props(settings, "account", settings.Protected));
        var state = new StateStack(scope, Names.StateStack(settings.Name), settings, Props(settings, "state", settings.Protected));
        // Nothing in the state needs the account's stack; but what is slow and dear comes after what fails cheaply.
        state.AddDependency(account, "What fails for reasons of the account fails first");
        var application = new ApplicationStack(
            scope, Names.ApplicationStack(settings.Name), settings, account, state,
            Props(settings, "application", settings.Protected && settings.Name == "prod"));
        var stacks = new OpportunitiesStacks(account, state, application);
        if (settings.PermissionsBoundary.Length > 0)
        {
            foreach (var stack in stacks.All)
            {
                Amazon.CDK.AWS.IAM.PermissionsBoundary.Of(stack)
                    .Apply(Amazon.CDK.AWS.IAM.ManagedPolicy.FromManagedPolicyName(stack, "Boundary", settings.PermissionsBoundary));
            }
        }

        return stacks;
    }

    private static StackProps Props(EnvironmentSettings settings, string part, bool terminationProtection) => new()
    {
        Env = new Amazon.CDK.Environment { Account = settings.Account, Region = settings.Region },
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
