using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.StepFunctions;
using Amazon.CDK.AWS.StepFunctions.Tasks;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// Gives the API another user and password of the database every thirty days: the secret names the second of two users, the migrations make
/// it in the database, new tasks replace the old ones. The user before stays valid until the next time, so that nothing loses its
/// connection. See docs/decisions/0041-database-roles.md.
/// </summary>
public sealed class CredentialsRotation : Construct
{
    internal CredentialsRotation(
        Construct scope, string id, EnvironmentSettings settings, StateStack state, MigrationTask migrations, ApiService api)
        : base(scope, id)
    {
        var function = AddFunction(settings, state);
        var failed = new Fail(
            this, "The rotation failed",
            new FailProps { Cause = "The migrations did not make the new user; the secret names the one before again." });
        var takeBack = Invoke("Name the user before", function, "back").Next(failed);
        var migrate = new CustomState(this, "Make the user", new CustomStateProps { StateJson = RunMigrations(settings, state, api) });
        migrate.AddCatch(takeBack);
        var replace = StateMachines.UpdateService(this, "Replace the tasks", settings, new() { ["ForceNewDeployment"] = true });
        Machine = StateMachines.Create(
            this, "credentials-rotation", settings, Invoke("Name the other user", function, "next").Next(migrate).Next(replace),
            Duration.Hours(1));
        LetRunMigrations(settings, migrations);
        _ = new Amazon.CDK.AWS.Events.Rule(this, "Schedule", new RuleProps
        {
            RuleName = $"{Names.Service}-credentials-rotation",
            Description = "The API gets another user of the database",
            Schedule = Amazon.CDK.AWS.Events.Schedule.Rate(Duration.Days(30)),
            Targets = [new SfnStateMachine(Machine)],
        });
    }

    /// <summary>The state machine.</summary>
    public StateMachine Machine { get; }

    /// <summary>The newest revision of the family: a release has made it of its own image.</summary>
    private static Dictionary<string, object> RunMigrations(EnvironmentSettings settings, StateStack state, ApiService api) => new()
    {
        ["Type"] = "Task",
        ["Resource"] = "arn:aws:states:::ecs:runTask.sync",
        ["ResultPath"] = null!,
        ["Parameters"] = new Dictionary<string, object>
        {
            ["Cluster"] = Names.Cluster(settings.Name),
            ["TaskDefinition"] = Names.MigrationTask,
            ["LaunchType"] = "FARGATE",
            ["NetworkConfiguration"] = new Dictionary<string, object>
            {
                ["AwsvpcConfiguration"] = new Dictionary<string, object>
                {
                    ["AssignPublicIp"] = "DISABLED",
                    ["Subnets"] = state.Network.Vpc.SelectSubnets(Network.Subnets(Network.ApplicationSubnets)).SubnetIds,
                    ["SecurityGroups"] = new[] { api.DataClients.SecurityGroupId },
                },
            },
        },
    };

    /// <summary>Step Functions knows the end of a task by a rule of its own making, and stops one that takes too long.</summary>
    private void LetRunMigrations(EnvironmentSettings settings, MigrationTask migrations)
    {
        Allow(
            ["ecs:RunTask"], Arn("ecs", $"task-definition/{Names.MigrationTask}:*"), Arn("ecs", $"task-definition/{Names.MigrationTask}"));
        Allow(["ecs:DescribeTasks", "ecs:StopTask"], Arn("ecs", $"task/{Names.Cluster(settings.Name)}/*"));
        Allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"], Arn("events", "rule/StepFunctionsGetEventsForECSTaskRule"));
        Allow(["iam:PassRole"], migrations.Definition.TaskRole.RoleArn, migrations.Definition.ExecutionRole!.RoleArn);

        void Allow(string[] actions, params string[] resources) =>
            Machine.AddToRolePolicy(new PolicyStatement(new PolicyStatementProps { Actions = actions, Resources = resources }));

        string Arn(string service, string resource) => $"arn:aws:{service}:{Stack.Of(this).Region}:{Aws.ACCOUNT_ID}:{resource}";
    }

    private LambdaInvoke Invoke(string id, Function function, string action) => new(this, id, new LambdaInvokeProps
    {
        LambdaFunction = function,
        Payload = TaskInput.FromObject(new Dictionary<string, object> { ["Action"] = action }),
        ResultPath = JsonPath.DISCARD,
    });

    private Function AddFunction(EnvironmentSettings settings, StateStack state)
    {
        var function = InlineFunction.Create(
            this, "Function", settings, "Credentials.js", "Names the other one of two database users in the API's secret");
        function.AddEnvironment("SECRET", state.Database.Secret.SecretArn);
        InlineFunction.Allow(
            function,
            [
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            state.Database.Secret.SecretArn);
        // A random password is nobody's yet, and knows no resource.
        InlineFunction.Allow(function, ["secretsmanager:GetRandomPassword"], "*");
        return function;
    }
}
