using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// What somebody on call needs, as a policy to attach to whatever role people take on in this account: seeing everything, reading the
/// database from a CloudShell in the network, replacing tasks, changing their number. Nothing that deploys, restores or deletes.
/// </summary>
public sealed class OperatorAccess : Construct
{
    /// <summary>Creates the policy.</summary>
    public OperatorAccess(Construct scope, string id, EnvironmentSettings settings, Database database)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(database);
        var cluster = Names.Cluster(settings.Name);
        Policy = new ManagedPolicy(this, "Policy", new ManagedPolicyProps
        {
            ManagedPolicyName = $"{Names.Service}-operator",
            Description = "On call for the Opportunity Management Service",
            Statements =
            [
                Allow("Database", ["rds-db:connect"], Arn("rds-db", $"dbuser:{database.ResourceId}/{Database.ReaderUser}")),
                Allow(
                    "Service", ["ecs:DescribeServices", "ecs:UpdateService", "ecs:ListServiceDeployments"],
                    Arn("ecs", $"service/{cluster}/{Names.Service}")),
                Allow("Tasks", ["ecs:DescribeTasks", "ecs:StopTask"], Arn("ecs", $"task/{cluster}/*")),
                Allow(
                    "Logs", ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents", "logs:StartQuery"],
                    Arn("logs", $"log-group:{Names.LogGroup}:*"), Arn("logs", $"log-group:{Names.LogGroup}")),
                Allow(
                    "Queues", ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks"],
                    Arn("sqs", $"{Names.Service}-events*")),
                // SQS moves what could not be handled with the rights of whoever asks for it.
                Allow("MoveFrom", ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Arn("sqs", $"{Names.Service}-events-dead-letters.fifo")),
                Allow("MoveTo", ["sqs:SendMessage"], Arn("sqs", $"{Names.Service}-events.fifo")),
                Allow("Rotation", ["states:StartExecution", "states:ListExecutions"], Arn("states", $"stateMachine:{Names.Service}-*")),
                Allow(
                    "RotationHistory", ["states:DescribeExecution", "states:GetExecutionHistory"],
                    Arn("states", $"execution:{Names.Service}-*")),
                Allow("Firewall", ["wafv2:GetSampledRequests"], Arn("wafv2", $"regional/webacl/{Names.Service}/*")),
                Allow(
                    "ShellInTheNetwork",
                    ["ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:CreateTags"],
                    Arn("ec2", "network-interface/*"), Arn("ec2", "security-group/*"), Arn("ec2", "subnet/*")),
                // These know no resources to name here: they list, or belong to whoever asks.
                Allow(
                    "Look",
                    [
                        "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingActivities",
                        "application-autoscaling:RegisterScalableTarget", "cloudshell:CreateEnvironment", "cloudshell:CreateSession",
                        "cloudshell:DeleteEnvironment", "cloudshell:DescribeEnvironments",
                        "cloudshell:GetEnvironmentStatus", "cloudshell:StartEnvironment", "cloudshell:StopEnvironment",
                        "cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
                        "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
                        "ec2:DescribeVpcs", "ecs:DescribeTaskDefinition", "ecs:ListTasks", "elasticache:DescribeEvents",
                        "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth", "logs:GetQueryResults",
                        "rds:DescribeDBInstances", "rds:DescribeEvents", "xray:BatchGetTraces", "xray:GetTraceSummaries",
                    ],
                    "*"),
            ],
        });
    }

    /// <summary>The policy.</summary>
    public ManagedPolicy Policy { get; }

    private static PolicyStatement Allow(string sid, string[] actions, params string[] resources) =>
        new(new PolicyStatementProps { Sid = sid, Actions = actions, Resources = resources });

    private string Arn(string service, string resource) => $"arn:aws:{service}:{Stack.Of(this).Region}:{Aws.ACCOUNT_ID}:{resource}";
}
