using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.StepFunctions;
using Amazon.CDK.AWS.StepFunctions.Tasks;
using Constructs;
using LogGroupProps = Amazon.CDK.AWS.Logs.LogGroupProps;

namespace Opportunities.Infrastructure;

/// <summary>State machines, which write down what they do, and the call that they share.</summary>
internal static class StateMachines
{
    public static StateMachine Create(Construct scope, string name, EnvironmentSettings settings, IChainable steps, Duration timeout) =>
        new(scope, "StateMachine", new StateMachineProps
        {
            StateMachineName = $"{Names.Service}-{name}",
            DefinitionBody = DefinitionBody.FromChainable(steps),
            Timeout = timeout,
            TracingEnabled = true,
            Logs = new LogOptions
            {
                Destination = new LogGroup(scope, "StateMachineLogs", new LogGroupProps
                {
                    // Names that begin like this are exempt from a limit on the size of the log service's policies.
                    LogGroupName = $"/aws/vendedlogs/states/{Names.Service}-{name}",
                    Retention = Retention.Of(settings.LogDays),
                    RemovalPolicy = RemovalPolicy.DESTROY,
                }),
                Level = LogLevel.ALL,
            },
        });

    public static CallAwsService UpdateService(
        Construct scope, string id, EnvironmentSettings settings, Dictionary<string, object> change) =>
        CallEcs(scope, id, settings, "updateService", new(change) { ["Service"] = Names.Service });

    public static CallAwsService DescribeService(Construct scope, string id, EnvironmentSettings settings) =>
        CallEcs(scope, id, settings, "describeServices", new() { ["Services"] = new[] { Names.Service } });

    private static CallAwsService CallEcs(
        Construct scope, string id, EnvironmentSettings settings, string action, Dictionary<string, object> parameters) =>
        new(scope, id, new CallAwsServiceProps
        {
            Service = "ecs",
            Action = action,
            Parameters = new Dictionary<string, object>(parameters) { ["Cluster"] = Names.Cluster(settings.Name) },
            IamResources =
            [
                Stack.Of(scope).FormatArn(new ArnComponents
                {
                    Service = "ecs",
                    Resource = "service",
                    ResourceName = $"{Names.Cluster(settings.Name)}/{Names.Service}",
                }),
            ],
        });
}
