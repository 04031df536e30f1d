using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The task of the service: the API and the telemetry collector beside it.</summary>
public sealed class ApiTask : Construct
{
    /// <summary>The name of the API's container.</summary>
    public const string ContainerName = "api";

    internal ApiTask(
        Construct scope, string id, EnvironmentSettings settings, AccountStack account, StateStack state, TaskBlueprint blueprint)
        : base(scope, id)
    {
        Definition = blueprint.Define(this, "Definition", Names.Service, ContainerName);
        blueprint.AddContainer(Definition, ContainerName, container =>
        {
            container.Environment = ContainerSettings.Api(settings, account, state);
            container.Secrets = ContainerSettings.ApiSecrets(state);
            container.PortMappings = [new PortMapping { ContainerPort = ContainerSettings.Port, Name = "http" }];
            container.StopTimeout = Duration.Seconds(45);
            // The image has no shell and no curl; the service asks itself.
            container.HealthCheck = new HealthCheck
            {
                Command = ["CMD", "dotnet", "/app/Opportunities.Api.dll", "--healthcheck"],
                Interval = Duration.Seconds(30),
                Timeout = Duration.Seconds(10),
                Retries = 3,
                StartPeriod = Duration.Seconds(60),
            };
        });
        TelemetryCollector.AddTo(Definition, blueprint);
        Allow("Attachments", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], state.Attachments.Bucket.ArnForObjects("*"));
        // With it, an object that is not there is told apart from one that may not be read; abandoned ones are found by it too.
        Allow("AttachmentList", ["s3:ListBucket"], state.Attachments.Bucket.BucketArn);
        Allow("Events", ["sqs:SendMessage"], state.Events.Queue.QueueArn);
    }

    /// <summary>The task definition.</summary>
    public FargateTaskDefinition Definition { get; }

    private void Allow(string sid, string[] actions, string resource) =>
        Definition.AddToTaskRolePolicy(
            new PolicyStatement(new PolicyStatementProps { Sid = sid, Actions = actions, Resources = [resource] }));
}
