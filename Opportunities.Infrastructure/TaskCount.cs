using System.Globalization;
using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.ECS;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// How many tasks the service starts with. A first deployment comes before the first image is pushed, and a service whose
/// tasks cannot start would fail it; a fixed number would undo what auto-scaling decided. So CloudFormation asks each time.
/// See docs/decisions/0013-first-deployment.md.
/// </summary>
public sealed class TaskCount : Construct
{
    private const string Revision = nameof(Revision);

    private readonly CfnResource _answer;

    /// <summary>Creates the question and the function that answers it.</summary>
    public TaskCount(Construct scope, string id, EnvironmentSettings settings, Cluster cluster, IRepository images)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(images);
        var function = InlineFunction.Create(this, "Function", settings, "TaskCount.js", "How many tasks the service shall start with");
        InlineFunction.Allow(function, ["ecs:DescribeServices"], Stack.Of(this).FormatArn(new ArnComponents
        {
            Service = "ecs",
            Resource = "service",
            ResourceName = $"{Names.Cluster(settings.Name)}/{Names.Service}",
        }));
        InlineFunction.Allow(function, ["ecr:DescribeImages"], images.RepositoryArn);
        var resource = new CustomResource(this, "Answer", new CustomResourceProps
        {
            ServiceToken = function.FunctionArn,
            Properties = new Dictionary<string, object>
            {
                ["Cluster"] = cluster.ClusterName,
                ["Service"] = Names.Service,
                ["Repository"] = images.RepositoryName,
                ["Tag"] = settings.Name,
                ["Minimum"] = settings.MinTasks.ToString(CultureInfo.InvariantCulture),
                [Revision] = "",
            },
        });
        // The answer is a question of permissions too: CloudFormation must not ask before the function has them.
        resource.Node.AddDependency(function.Role!);
        _answer = (CfnResource)resource.Node.DefaultChild!;
        Value = Token.AsNumber(resource.GetAtt("Count"));
    }

    /// <summary>The number, known at deployment.</summary>
    public double Value { get; }

    /// <summary>Whatever may change the service changes this too, so that no service is updated with an answer from before.</summary>
    internal void SetRevision(string revision) => _answer.AddPropertyOverride(Revision, revision);
}
