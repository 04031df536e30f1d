using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// How many tasks the service starts with. A first deployment comes before the first image is pushed, and a service whose
/// tasks cannot start would fail it; a fixed number would undo what auto-scaling decided. So CloudFormation asks each time.
/// See docs/decisions/0013-first-deployment.md.
/// </summary>
public sealed class TaskCount : Construct
{
    /// <summary>Creates the question and the function that answers it.</summary>
    public TaskCount(Construct scope, string id, EnvironmentSettings settings, Cluster cluster, IRepository images, string tag)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(images);
        var logs = new LogGroup(this, "Logs", new LogGroupProps { Retention = Retention.Of(settings.LogDays), RemovalPolicy = RemovalPolicy.DESTROY });
        var role = new Role(this, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        logs.GrantWrite(role);
        Allow(role, "ecs:DescribeServices", Stack.Of(this).FormatArn(new ArnComponents
        {
            Service = "ecs",
            Resource = "service",
            ResourceName = $"{Names.Cluster(settings.Name)}/{Names.Service}",
        }));
        Allow(role, "ecr:DescribeImages", images.RepositoryArn);
        var function = new Function(this, "Function", new FunctionProps
        {
            Description = "How many tasks the service shall start with",
            Runtime = new Runtime("nodejs24.x", RuntimeFamily.NODEJS, new LambdaRuntimeProps { SupportsInlineCode = true }),
            Handler = "index.handler",
            Code = Code.FromInline(ReadCode()),
            Timeout = Duration.Seconds(30),
            Role = role,
            LogGroup = logs,
        });
        var resource = new CustomResource(this, "Answer", new CustomResourceProps
        {
            ServiceToken = function.FunctionArn,
            Properties = new Dictionary<string, object>
            {
                ["Cluster"] = cluster.ClusterName,
                ["Service"] = Names.Service,
                ["Repository"] = images.RepositoryName,
                ["Tag"] = tag,
                ["Minimum"] = settings.MinTasks.ToString(CultureInfo.InvariantCulture),
                // Whatever may change the service changes this too, so that no service is updated with an answer from before.
                ["Revision"] = Revision(settings),
            },
        });
        // The answer is a question of permissions too: CloudFormation must not ask before the function has them.
        resource.Node.AddDependency(role);
        Value = Token.AsNumber(resource.GetAtt("Count"));
    }

    /// <summary>The number, known at deployment.</summary>
    public double Value { get; }

    private static void Allow(Role role, string action, string resource) =>
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Actions = [action], Resources = [resource] }));

    private static string Revision(EnvironmentSettings settings)
    {
        var code = typeof(TaskCount).Module.ModuleVersionId;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{code} {settings}")))[..16];
    }

    private static string ReadCode()
    {
        using var stream = typeof(TaskCount).Assembly.GetManifestResourceStream("TaskCount.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
