using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.StepFunctions;
using Amazon.CDK.AWS.StepFunctions.Tasks;
using Constructs;
using LogGroupProps = Amazon.CDK.AWS.Logs.LogGroupProps;

namespace Opportunities.Infrastructure;

/// <summary>
/// Replaces the tasks when the database's password was rotated: a task reads it once, at its start. Until the new tasks run, the
/// old ones go on with the connections that they have.
/// </summary>
public sealed class CredentialsRefresh : Construct
{
    private static readonly string[] _rotated = ["RotationSucceeded"];

    /// <summary>Creates the rule and what it starts.</summary>
    public CredentialsRefresh(Construct scope, string id, EnvironmentSettings settings, StateStack state, ApiService api)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(api);
        var serviceArn = Stack.Of(this).FormatArn(new ArnComponents
        {
            Service = "ecs",
            Resource = "service",
            ResourceName = $"{Names.Cluster(settings.Name)}/{Names.Service}",
        });
        var machine = new StateMachine(this, "StateMachine", new StateMachineProps
        {
            StateMachineName = $"{Names.Service}-credentials-refresh",
            DefinitionBody = DefinitionBody.FromChainable(new CallAwsService(this, "Replace the tasks", new CallAwsServiceProps
            {
                Service = "ecs",
                Action = "updateService",
                Parameters = new Dictionary<string, object>
                {
                    ["Cluster"] = Names.Cluster(settings.Name),
                    ["Service"] = api.Service.ServiceName,
                    ["ForceNewDeployment"] = true,
                },
                IamResources = [serviceArn],
            })),
            Timeout = Duration.Minutes(1),
            TracingEnabled = true,
            Logs = new LogOptions
            {
                Destination = new LogGroup(this, "Logs", new LogGroupProps
                {
                    // Names that begin like this are exempt from a limit on the size of the log service's policies.
                    LogGroupName = $"/aws/vendedlogs/states/{Names.Service}-credentials-refresh",
                    Retention = Retention.Of(settings.LogDays),
                    RemovalPolicy = RemovalPolicy.DESTROY,
                }),
                Level = LogLevel.ALL,
            },
        });
        _ = new Rule(this, "Rotated", new RuleProps
        {
            RuleName = $"{Names.Service}-credentials-rotated",
            Description = "The database's password was rotated",
            EventPattern = new EventPattern
            {
                Source = ["aws.secretsmanager"],
                DetailType = ["AWS Service Event via CloudTrail"],
                Detail = new Dictionary<string, object>
                {
                    ["eventName"] = _rotated,
                    ["additionalEventData"] = new Dictionary<string, object> { ["SecretId"] = new[] { state.Database.Secret.SecretArn } },
                },
            },
            Targets = [new SfnStateMachine(machine)],
        });
    }
}
