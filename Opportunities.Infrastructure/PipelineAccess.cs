using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The role that the deployment pipeline takes on with a token of GitHub's, so that no key is kept anywhere. By itself it may do what
/// <c>deploy/deploy.sh</c>, <c>deploy/validate.sh</c> and <c>deploy/rollback.sh app</c> do. Through the CDK's roles it may do what the
/// bootstrapped execution policies allow CloudFormation, which is everything unless they were given: see the runbook.
/// </summary>
public sealed class PipelineAccess : Construct
{
    /// <summary>The name of the role.</summary>
    public const string RoleName = Names.Service + "-deployment";

    private const string Issuer = "token.actions.githubusercontent.com";

    private static readonly string[] _passedTo = ["ecs-tasks.amazonaws.com"];

    /// <summary>Creates the role and the trust in GitHub's issuer.</summary>
    public PipelineAccess(Construct scope, string id, EnvironmentSettings settings, UserDirectory users)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(users);
        var provider = settings.GitHubProviderArn.Length > 0
            ? settings.GitHubProviderArn
            : new CfnOIDCProvider(
                this, "GitHub", new CfnOIDCProviderProps { Url = $"https://{Issuer}", ClientIdList = ["sts.amazonaws.com"] }).Ref;
        Role = new Role(this, "Role", new RoleProps
        {
            RoleName = RoleName,
            Description = $"The deployment pipeline of {settings.GitHubRepository}",
            MaxSessionDuration = Duration.Hours(2),
            AssumedBy = new WebIdentityPrincipal(provider, new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object>
                {
                    [$"{Issuer}:aud"] = "sts.amazonaws.com",
                    [$"{Issuer}:sub"] = Subjects(settings),
                },
            }),
        });
        // What these are of is in stacks that come later, so they are known by name.
        var cluster = Names.Cluster(settings.Name);
        var repository = Arn("ecr", $"repository/{Names.Service}");
        Allow(
            "Cdk", ["sts:AssumeRole"], Iam("role/cdk-*-deploy-role-*"), Iam("role/cdk-*-file-publishing-role-*"),
            Iam("role/cdk-*-lookup-role-*"));
        Allow(
            "Stacks", ["cloudformation:DescribeStacks"], Arn("cloudformation", $"stack/{Names.Service}-{settings.Name}/*"),
            Arn("cloudformation", $"stack/{Names.Service}-{settings.Name}-*/*"));
        Allow("Login", ["ecr:GetAuthorizationToken"], "*");
        Allow(
            "Images",
            [
                "ecr:BatchCheckLayerAvailability", "ecr:BatchDeleteImage", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
                "ecr:DescribeImageScanFindings", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload",
                "ecr:PutImage", "ecr:UploadLayerPart",
            ],
            repository);
        Allow(
            "Service", ["ecs:DescribeServices", "ecs:UpdateService", "ecs:ListServiceDeployments"],
            Arn("ecs", $"service/{cluster}/{Names.Service}"));
        Allow(
            "Deployments",
            ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:StopServiceDeployment"],
            Arn("ecs", $"service-deployment/{cluster}/{Names.Service}/*"),
            Arn("ecs", $"service-revision/{cluster}/{Names.Service}/*"));
        Allow("Migrations", ["ecs:RunTask"], Arn("ecs", $"task-definition/{Names.MigrationTask}:*"));
        Allow("Tasks", ["ecs:DescribeTasks"], Arn("ecs", $"task/{cluster}/*"));
        Role.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "TaskList",
            Actions = ["ecs:ListTasks"],
            Resources = ["*"],
            Conditions = new Dictionary<string, object>
            {
                ["ArnEquals"] = new Dictionary<string, object> { ["ecs:cluster"] = Arn("ecs", $"cluster/{cluster}") },
            },
        }));
        // These know no resources to name here.
        Allow(
            "TaskDefinitions",
            ["ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"], "*");
        Allow("Alarms", ["cloudwatch:DescribeAlarms"], "*");
        Allow("Dashboard", ["cloudwatch:GetDashboard"], $"arn:aws:cloudwatch::{Aws.ACCOUNT_ID}:dashboard/{Names.Dashboard}");
        Allow("Logs", ["logs:DescribeLogStreams", "logs:GetLogEvents"], Arn("logs", $"log-group:{Names.LogGroup}:*"));
        Allow("Clients", ["cognito-idp:DescribeUserPoolClient"], users.Pool.UserPoolArn);
        Allow("DatabaseList", ["rds:DescribeDBInstances", "rds:DescribeDBSnapshots"], Arn("rds", "db:*"), Arn("rds", "snapshot:*"));
        Allow(
            "Snapshot", ["rds:CreateDBSnapshot", "rds:AddTagsToResource"], Arn("rds", $"db:{Names.Service}*"),
            Arn("rds", $"snapshot:{Names.Service}-*"));
        Allow("OldSnapshots", ["rds:DeleteDBSnapshot"], Arn("rds", $"snapshot:{Names.Service}-*"));
        Role.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "TaskRoles",
            Actions = ["iam:PassRole"],
            Resources =
            [
                .. new[] { ApiTask.ContainerName, MigrationTask.ContainerName }
                    .SelectMany(part => new[] { Names.TaskRole(part), $"{Names.TaskRole(part)}-execution" })
                    .Select(name => Iam($"role/{name}")),
            ],
            Conditions = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { ["iam:PassedToService"] = _passedTo },
            },
        }));
    }

    /// <summary>The role.</summary>
    public Role Role { get; }

    /// <summary>
    /// Whom GitHub's token names: owner and name; in repositories created, renamed or transferred since July 2026 with the numbers of both,
    /// which nobody can take over.
    /// </summary>
    private static string[] Subjects(EnvironmentSettings settings)
    {
        var environment = $"environment:{settings.Name}";
        var byName = $"repo:{settings.GitHubRepository}:{environment}";
        if (settings.GitHubRepositoryId.Length == 0) return [byName];
        var (owner, name) = (settings.GitHubRepository.Split('/')[0], settings.GitHubRepository.Split('/')[1]);
        return [byName, $"repo:{owner}@{settings.GitHubOwnerId}/{name}@{settings.GitHubRepositoryId}:{environment}"];
    }

    private static string Iam(string resource) => $"arn:aws:iam::{Aws.ACCOUNT_ID}:{resource}";

    private string Arn(string service, string resource) => $"arn:aws:{service}:{Stack.Of(this).Region}:{Aws.ACCOUNT_ID}:{resource}";

    private void Allow(string sid, string[] actions, params string[] resources) =>
        Role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Sid = sid, Actions = actions, Resources = resources }));
}
