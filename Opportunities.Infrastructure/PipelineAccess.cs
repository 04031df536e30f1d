using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The role that the deployment pipeline takes on with a token of GitHub's, so that no key is kept anywhere. It may do what
/// <c>deploy/deploy.sh</c>, <c>deploy/validate.sh</c> and <c>deploy/rollback.sh app</c> do, and no more.
/// </summary>
public sealed class PipelineAccess : Construct
{
    /// <summary>The name of the role.</summary>
    public const string RoleName = Names.Service + "-deployment";

    private const string Issuer = "token.actions.githubusercontent.com";

    private static readonly string[] _passedTo = ["ecs-tasks.amazonaws.com"];

    /// <summary>Creates the role and the trust in GitHub's issuer.</summary>
    public PipelineAccess(Construct scope, string id, EnvironmentSettings settings, ImageRepository images, UserDirectory users, Database database)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(database);
        var provider = new CfnOIDCProvider(this, "GitHub", new CfnOIDCProviderProps
        {
            Url = $"https://{Issuer}",
            ClientIdList = ["sts.amazonaws.com"],
        });
        Role = new Role(this, "Role", new RoleProps
        {
            RoleName = RoleName,
            Description = $"The deployment pipeline of {settings.GitHubRepository}",
            MaxSessionDuration = Duration.Hours(2),
            AssumedBy = new WebIdentityPrincipal(provider.Ref, new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, string>
                {
                    [$"{Issuer}:aud"] = "sts.amazonaws.com",
                    [$"{Issuer}:sub"] = $"repo:{settings.GitHubRepository}:environment:{settings.Name}",
                },
            }),
        });
        var cluster = Names.Cluster(settings.Name);
        Allow("Cdk", ["sts:AssumeRole"], Iam("role/cdk-*"));
        Allow("Stacks", ["cloudformation:DescribeStacks"], Arn("cloudformation", $"stack/{Names.Service}-{settings.Name}*"));
        Allow("Login", ["ecr:GetAuthorizationToken"], "*");
        images.Repository.GrantPullPush(Role);
        Allow("Images", ["ecr:DescribeImages", "ecr:DescribeImageScanFindings"], images.Repository.RepositoryArn);
        Allow("Service", ["ecs:DescribeServices", "ecs:UpdateService"], Arn("ecs", $"service/{cluster}/{Names.Service}"));
        Allow("Migrations", ["ecs:RunTask"], Arn("ecs", $"task-definition/{Names.MigrationTask}:*"));
        Allow("Tasks", ["ecs:DescribeTasks"], Arn("ecs", $"task/{cluster}/*"));
        // These know no resources to name here.
        Allow("TaskDefinitions", ["ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"], "*");
        Allow("Alarms", ["cloudwatch:DescribeAlarms"], "*");
        Allow("Dashboard", ["cloudwatch:GetDashboard"], $"arn:aws:cloudwatch::{Aws.ACCOUNT_ID}:dashboard/{Names.Dashboard}");
        Allow("Logs", ["logs:DescribeLogStreams", "logs:GetLogEvents"], Arn("logs", $"log-group:{Names.LogGroup}:*"));
        Allow("Clients", ["cognito-idp:DescribeUserPoolClient"], users.Pool.UserPoolArn);
        Allow("Snapshot", ["rds:CreateDBSnapshot", "rds:DescribeDBSnapshots", "rds:DeleteDBSnapshot", "rds:AddTagsToResource"], database.Instance.InstanceArn, Arn("rds", $"snapshot:{Names.Service}-*"));
        Role.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "TaskRoles",
            Actions = ["iam:PassRole"],
            Resources = [Iam("role/opportunity-management-*")],
            Conditions = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { ["iam:PassedToService"] = _passedTo },
            },
        }));
    }

    /// <summary>The role.</summary>
    public Role Role { get; }

    private static string Iam(string resource) => $"arn:aws:iam::{Aws.ACCOUNT_ID}:{resource}";

    private string Arn(string service, string resource) => $"arn:aws:{service}:{Stack.Of(this).Region}:{Aws.ACCOUNT_ID}:{resource}";

    private void Allow(string sid, string[] actions, params string[] resources) =>
        Role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Sid = sid, Actions = actions, Resources = resources }));
}
