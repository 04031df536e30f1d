using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.AWS.SNS.Subscriptions;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>Where operators hear of alarms and of deployments that failed.</summary>
public sealed class OperationsTopic : Construct
{
    private static readonly string[] _failed = ["SERVICE_DEPLOYMENT_FAILED"];

    /// <summary>Creates the topic and its subscription.</summary>
    public OperationsTopic(Construct scope, string id, EnvironmentSettings settings)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        // AWS' own key for SNS cannot be used by alarms.
        var key = new Key(this, "Key", new KeyProps
        {
            Description = "Encrypts notifications to operators",
            EnableKeyRotation = true,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        foreach (var service in new[] { "cloudwatch.amazonaws.com", "events.amazonaws.com" })
            key.GrantEncryptDecrypt(new ServicePrincipal(service));
        Topic = new Topic(this, "Topic", new TopicProps
        {
            TopicName = Names.OperationsTopic,
            DisplayName = "Opportunity Management Service",
            MasterKey = key,
            EnforceSSL = true,
        });
        Topic.GrantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));
        Topic.AddSubscription(new EmailSubscription(settings.AlarmEmail));
        if (settings.GitHubRepository.Length > 0) LetPipelinePublish(key);
        _ = new Rule(this, "FailedDeployment", new RuleProps
        {
            RuleName = $"{Names.Service}-deployment-failed",
            Description = "A deployment of the service failed and was taken back",
            EventPattern = new EventPattern
            {
                Source = ["aws.ecs"],
                DetailType = ["ECS Deployment State Change"],
                Detail = new Dictionary<string, object> { ["eventName"] = _failed },
                // The event names its service here and nowhere else.
                Resources =
                [
                    Stack.Of(this).FormatArn(new ArnComponents
                    {
                        Service = "ecs",
                        Resource = "service",
                        ResourceName = $"{Names.Cluster(settings.Name)}/{Names.Service}",
                    }),
                ],
            },
            Targets = [new SnsTopic(Topic)],
        });
    }

    /// <summary>The topic.</summary>
    public Topic Topic { get; }

    private void LetPipelinePublish(Key key)
    {
        var pipeline = Role.FromRoleName(this, "Pipeline", PipelineAccess.RoleName);
        Allow("sns:Publish", Topic.TopicArn);
        Allow("kms:GenerateDataKey", key.KeyArn);
        Allow("kms:Decrypt", key.KeyArn);

        void Allow(string action, string resource) =>
            pipeline.AddToPrincipalPolicy(new PolicyStatement(new PolicyStatementProps { Actions = [action], Resources = [resource] }));
    }
}
