using System.Text.RegularExpressions;
using Opportunities.Infrastructure;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>
/// What each role has to be able to do, and what it must not: each call is an action, a resource, and what a condition may ask for.
/// The pipeline's calls are read from its scripts, those of people on call from the runbook.
/// </summary>
[Collection(InfrastructureCollection.Name)]
public sealed partial class AccessTests
{
    private const string N = "opportunity-management-service";
    private const string Place = $"{AccessPolicies.Region}:{AccessPolicies.Account}";
    private const string CdkPlace = $"{AccessPolicies.Account}-{AccessPolicies.Region}";
    private const string Cloud = $"arn:aws:cloudformation:{Place}:stack/";
    private const string Ecr = $"arn:aws:ecr:{Place}:repository/";
    private const string Ecs = $"arn:aws:ecs:{Place}:";
    private const string Iam = $"arn:aws:iam::{AccessPolicies.Account}:";
    private const string Logs = $"arn:aws:logs:{Place}:log-group:";
    private const string Rds = $"arn:aws:rds:{Place}:";
    private const string Sqs = $"arn:aws:sqs:{Place}:";
    private const string States = $"arn:aws:states:{Place}:";
    private const string Cluster = $"{N}-ENV";
    private const string Service = $"{Ecs}service/{Cluster}/{N}";
    private const string Attachments = "arn:aws:s3:::<AttachmentsBucket>";
    private const string OwnerSecret = "<DatabaseInstance.MasterUserSecret.SecretArn>";
    private const string ApiSecret = $"arn:aws:secretsmanager:{Place}:secret:{N}/database-AbCdEf";
    private const string CacheSecret = $"arn:aws:secretsmanager:{Place}:secret:{N}/cache-AbCdEf";
    private const string ToTasks = "iam:PassedToService=ecs-tasks.amazonaws.com";

    private const string Api = $"{N}-api";
    private const string ApiExecution = $"{N}-api-execution";
    private const string Migrations = $"{N}-migrations";
    private const string MigrationsExecution = $"{N}-migrations-execution";
    private const string Pipeline = $"{N}-deployment";
    private const string Operator = $"{N}-operator";
    private const string RotationFunction = "CredentialsRotationRole";
    private const string Rotation = "CredentialsRotationStateMachineRole";
    private const string RotationStart = "CredentialsRotationStateMachineEventsRole";
    private const string FirstImage = "FirstImageStateMachineRole";
    private const string FirstImageStart = "FirstImageStateMachineEventsRole";
    private const string TaskCount = "ApiTaskCountRole";

    /// <summary>What a command of AWS' command line asks IAM for.</summary>
    private static readonly Dictionary<string, string[]> _commands = new()
    {
        ["cloudformation describe-stacks"] =
        [
            $"cloudformation:DescribeStacks {Cloud}{Cluster}/1", $"cloudformation:DescribeStacks {Cloud}{Cluster}-account/1",
            $"cloudformation:DescribeStacks {Cloud}{Cluster}-state/1",
        ],
        ["cloudwatch describe-alarms"] = ["cloudwatch:DescribeAlarms *"],
        ["cloudwatch get-dashboard"] =
            [$"cloudwatch:GetDashboard arn:aws:cloudwatch::{AccessPolicies.Account}:dashboard/{Names.Dashboard}"],
        ["cognito-idp describe-user-pool-client"] =
            [$"cognito-idp:DescribeUserPoolClient arn:aws:cognito-idp:{Place}:userpool/<UsersPool>"],
        ["ecr batch-delete-image"] = [$"ecr:BatchDeleteImage {Ecr}{N}"],
        ["ecr batch-get-image"] = [$"ecr:BatchGetImage {Ecr}{N}"],
        ["ecr describe-images"] = [$"ecr:DescribeImages {Ecr}{N}"],
        ["ecr describe-image-scan-findings"] = [$"ecr:DescribeImageScanFindings {Ecr}{N}"],
        // To push with what this answers: see the procedure of a push in ECR's documentation.
        ["ecr get-login-password"] =
        [
            "ecr:GetAuthorizationToken *", $"ecr:BatchCheckLayerAvailability {Ecr}{N}", $"ecr:InitiateLayerUpload {Ecr}{N}",
            $"ecr:UploadLayerPart {Ecr}{N}",
            $"ecr:CompleteLayerUpload {Ecr}{N}", $"ecr:PutImage {Ecr}{N}", $"ecr:BatchGetImage {Ecr}{N}",
            $"ecr:GetDownloadUrlForLayer {Ecr}{N}",
        ],
        ["ecr put-image"] = [$"ecr:PutImage {Ecr}{N}"],
        ["ecr wait"] = [$"ecr:DescribeImageScanFindings {Ecr}{N}"],
        ["ecs deregister-task-definition"] = ["ecs:DeregisterTaskDefinition *"],
        ["ecs describe-service-revisions"] = [$"ecs:DescribeServiceRevisions {Ecs}service-revision/{Cluster}/{N}/1"],
        ["ecs describe-services"] = [$"ecs:DescribeServices {Service}"],
        ["ecs describe-task-definition"] = ["ecs:DescribeTaskDefinition *"],
        ["ecs describe-tasks"] = [$"ecs:DescribeTasks {Ecs}task/{Cluster}/1"],
        ["ecs list-service-deployments"] = [$"ecs:ListServiceDeployments {Service}"],
        ["ecs list-tasks"] = [$"ecs:ListTasks * ecs:cluster={Ecs}cluster/{Cluster}"],
        ["ecs register-task-definition"] =
        [
            "ecs:RegisterTaskDefinition *", $"iam:PassRole {Iam}role/{N}-api {ToTasks}",
            $"iam:PassRole {Iam}role/{N}-api-execution {ToTasks}",
            $"iam:PassRole {Iam}role/{N}-migrations {ToTasks}", $"iam:PassRole {Iam}role/{N}-migrations-execution {ToTasks}",
        ],
        ["ecs run-task"] =
        [
            $"ecs:RunTask {Ecs}task-definition/{N}-migrations:7", $"iam:PassRole {Iam}role/{N}-migrations {ToTasks}",
            $"iam:PassRole {Iam}role/{N}-migrations-execution {ToTasks}",
        ],
        ["ecs stop-service-deployment"] = [$"ecs:StopServiceDeployment {Ecs}service-deployment/{Cluster}/{N}/1"],
        ["ecs update-service"] = [$"ecs:UpdateService {Service}"],
        ["elasticache describe-events"] = ["elasticache:DescribeEvents *"],
        ["logs describe-log-streams"] = [$"logs:DescribeLogStreams {Logs}{Names.LogGroup}:log-stream:"],
        ["logs get-log-events"] = [$"logs:GetLogEvents {Logs}{Names.LogGroup}:log-stream:api/api/1"],
        ["logs tail"] = [$"logs:FilterLogEvents {Logs}{Names.LogGroup}:log-stream:"],
        ["rds create-db-snapshot"] =
        [
            $"rds:CreateDBSnapshot {Rds}db:{N}", $"rds:CreateDBSnapshot {Rds}snapshot:{N}-1", $"rds:AddTagsToResource {Rds}snapshot:{N}-1",
        ],
        ["rds delete-db-snapshot"] = [$"rds:DeleteDBSnapshot {Rds}snapshot:{N}-1"],
        ["rds describe-db-instances"] = [$"rds:DescribeDBInstances {Rds}db:{N}"],
        ["rds describe-db-snapshots"] = [$"rds:DescribeDBSnapshots {Rds}db:{N}", $"rds:DescribeDBSnapshots {Rds}snapshot:{N}-1"],
        ["sns publish"] =
        [
            $"sns:Publish arn:aws:sns:{Place}:{N}-operations", $"kms:GenerateDataKey arn:aws:kms:{Place}:key/<OperationsKey>",
            $"kms:Decrypt arn:aws:kms:{Place}:key/<OperationsKey>",
        ],
        // SQS asks for the whole of what it does for its caller.
        ["sqs start-message-move-task"] =
        [
            $"sqs:StartMessageMoveTask {Sqs}{N}-events-dead-letters.fifo", $"sqs:ReceiveMessage {Sqs}{N}-events-dead-letters.fifo",
            $"sqs:DeleteMessage {Sqs}{N}-events-dead-letters.fifo", $"sqs:GetQueueAttributes {Sqs}{N}-events-dead-letters.fifo",
            $"sqs:SendMessage {Sqs}{N}-events.fifo",
        ],
        ["stepfunctions get-execution-history"] = [$"states:GetExecutionHistory {States}execution:{N}-credentials-rotation:1"],
        ["stepfunctions list-executions"] = [$"states:ListExecutions {States}stateMachine:{N}-credentials-rotation"],
        ["stepfunctions start-execution"] = [$"states:StartExecution {States}stateMachine:{N}-credentials-rotation"],
        // Whoever has credentials may ask whose they are.
        ["sts get-caller-identity"] = [],
        ["wafv2 get-sampled-requests"] = [$"wafv2:GetSampledRequests arn:aws:wafv2:{Place}:regional/webacl/{N}/1"],
        ["xray get-trace-summaries"] = ["xray:GetTraceSummaries *"],
    };

    /// <summary>Commands that somebody else runs, and who.</summary>
    private static readonly Dictionary<string, string> _others = new()
    {
        ["ecs list-clusters"] = "a person who does not name the environment; the pipeline does",
        ["rds reboot-db-instance"] = "an administrator: it is an outage",
    };

    /// <summary>Who has to be able to do what, beside what scripts and runbook say.</summary>
    public static TheoryData<string, string[]> Needed => new()
    {
        {
            Api,
            [
                $"s3:GetObject {Attachments}/a/b", $"s3:PutObject {Attachments}/a/b", $"s3:DeleteObject {Attachments}/a/b",
                $"s3:ListBucket {Attachments}",
                $"sqs:SendMessage {Sqs}{N}-events.fifo", "xray:PutTraceSegments *", "xray:PutTelemetryRecords *",
                $"logs:CreateLogStream {Logs}{Names.MetricLogGroup}:log-stream:api",
                $"logs:PutLogEvents {Logs}{Names.MetricLogGroup}:log-stream:api",
            ]
        },
        { ApiExecution, [.. Start, $"secretsmanager:GetSecretValue {ApiSecret}", $"secretsmanager:GetSecretValue {CacheSecret}"] },
        { MigrationsExecution, [.. Start, $"secretsmanager:GetSecretValue {ApiSecret}", $"secretsmanager:GetSecretValue {OwnerSecret}"] },
        {
            RotationFunction,
            [
                $"secretsmanager:DescribeSecret {ApiSecret}", $"secretsmanager:GetSecretValue {ApiSecret}",
                $"secretsmanager:PutSecretValue {ApiSecret}",
                $"secretsmanager:UpdateSecretVersionStage {ApiSecret}", "secretsmanager:GetRandomPassword *",
                $"logs:PutLogEvents {Logs}<CredentialsRotationLogs>:log-stream:1",
            ]
        },
        {
            Rotation,
            [
                $"lambda:InvokeFunction arn:aws:lambda:{Place}:function:<CredentialsRotationFunction>",
                $"ecs:RunTask {Ecs}task-definition/{N}-migrations:7",
                $"ecs:DescribeTasks {Ecs}task/{Cluster}/1", $"ecs:StopTask {Ecs}task/{Cluster}/1", $"ecs:UpdateService {Service}",
                $"iam:PassRole {Iam}role/{N}-migrations", $"iam:PassRole {Iam}role/{N}-migrations-execution",
                $"events:PutRule arn:aws:events:{Place}:rule/StepFunctionsGetEventsForECSTaskRule",
                $"events:PutTargets arn:aws:events:{Place}:rule/StepFunctionsGetEventsForECSTaskRule",
            ]
        },
        { RotationStart, [$"states:StartExecution {States}stateMachine:{N}-credentials-rotation"] },
        { FirstImage, [$"ecs:DescribeServices {Service}", $"ecs:UpdateService {Service}"] },
        { FirstImageStart, [$"states:StartExecution {States}stateMachine:{N}-first-image"] },
        { TaskCount, [$"ecs:DescribeServices {Service}", $"ecr:DescribeImages {Ecr}{N}",
        $"logs:PutLogEvents {Logs}<ApiTaskCountLogs>:log-stream:1"] },
        { Pipeline, [.. CdkRoles.Select(role => $"sts:AssumeRole {Iam}role/cdk-hnb659fds-{role}-{CdkPlace}")] },
        {
            Operator,
            [
                $"rds-db:connect arn:aws:rds-db:{Place}:dbuser:<DatabaseInstance.DbiResourceId>/opportunities_reader",
                $"ecs:UpdateService {Service}",
                $"ecs:StopTask {Ecs}task/{Cluster}/1", "application-autoscaling:RegisterScalableTarget *", "cloudshell:CreateSession *",
            ]
        },
    };

    /// <summary>Who must not be able to do what.</summary>
    public static TheoryData<string, string[]> Refused => new()
    {
        {
            Api,
            [
                "s3:GetObject arn:aws:s3:::another/a", "s3:GetObject arn:aws:s3:::<LogsBucket>/a", $"s3:GetObjectVersion {Attachments}/a",
                $"s3:DeleteObjectVersion {Attachments}/a",
                $"s3:PutBucketPolicy {Attachments}", $"s3:DeleteBucket {Attachments}", $"sqs:ReceiveMessage {Sqs}{N}-events.fifo",
                $"sqs:PurgeQueue {Sqs}{N}-events.fifo",
                $"sqs:SendMessage {Sqs}{N}-events-dead-letters.fifo", $"secretsmanager:GetSecretValue {ApiSecret}",
                $"logs:PutLogEvents {Logs}{Names.LogGroup}:log-stream:api/api/1",
                $"rds-db:connect arn:aws:rds-db:{Place}:dbuser:<DatabaseInstance.DbiResourceId>/opportunities_reader",
                $"ecr:BatchGetImage {Ecr}{N}",
            ]
        },
        {
            ApiExecution,
            [
                $"secretsmanager:PutSecretValue {ApiSecret}",
                $"secretsmanager:GetSecretValue arn:aws:secretsmanager:{Place}:secret:another-AbCdEf",
                $"ecr:PutImage {Ecr}{N}", $"ecr:BatchGetImage {Ecr}another", $"s3:GetObject {Attachments}/a",
                $"sqs:SendMessage {Sqs}{N}-events.fifo",
            ]
        },
        { Migrations, [$"s3:GetObject {Attachments}/a", $"sqs:SendMessage {Sqs}{N}-events.fifo",
        $"secretsmanager:GetSecretValue {ApiSecret}", $"logs:PutLogEvents {Logs}{Names.LogGroup}:log-stream:1"] },
        { MigrationsExecution, [$"secretsmanager:GetSecretValue {CacheSecret}", $"secretsmanager:PutSecretValue {OwnerSecret}",
        $"ecr:PutImage {Ecr}{N}"] },
        { RotationFunction, [$"secretsmanager:GetSecretValue {CacheSecret}", $"secretsmanager:DeleteSecret {ApiSecret}",
        $"ecs:UpdateService {Service}"] },
        {
            Rotation,
            [
                $"secretsmanager:GetSecretValue {ApiSecret}", $"iam:PassRole {Iam}role/{N}-api", $"ecs:RunTask {Ecs}task-definition/{N}:7",
                $"ecs:UpdateService {Ecs}service/{Cluster}/another",
                $"events:PutTargets arn:aws:events:{Place}:rule/another", $"lambda:InvokeFunction arn:aws:lambda:{Place}:function:another",
            ]
        },
        { RotationStart, [$"states:StartExecution {States}stateMachine:{N}-first-image"] },
        { FirstImage, [$"ecs:UpdateService {Ecs}service/{Cluster}/another", $"ecs:RunTask {Ecs}task-definition/{N}-migrations:7"] },
        { FirstImageStart, [$"states:StartExecution {States}stateMachine:{N}-credentials-rotation"] },
        { TaskCount, [$"ecs:UpdateService {Service}", $"ecr:DescribeImages {Ecr}another", $"ecr:BatchGetImage {Ecr}{N}"] },
        {
            Pipeline,
            [
                $"iam:PassRole {Iam}role/another {ToTasks}", $"iam:PassRole {Iam}role/{N}-deployment {ToTasks}",
                $"iam:PassRole {Iam}role/{N}-api iam:PassedToService=lambda.amazonaws.com",
                $"iam:PassRole {Iam}role/{N}-api", $"ecs:RunTask {Ecs}task-definition/{N}:7", $"ecs:RunTask {Ecs}task-definition/another:1",
                $"ecs:UpdateService {Ecs}service/{Cluster}/another",
                $"ecs:ListTasks * ecs:cluster={Ecs}cluster/another", "ecs:ListTasks *", $"ecs:DeleteService {Service}",
                $"ecr:DeleteRepository {Ecr}{N}", $"ecr:BatchDeleteImage {Ecr}another",
                $"secretsmanager:GetSecretValue {ApiSecret}", $"s3:GetObject {Attachments}/a", $"rds:DeleteDBInstance {Rds}db:{N}",
                $"rds:ModifyDBInstance {Rds}db:{N}",
                $"rds:DeleteDBSnapshot {Rds}snapshot:another", $"rds:RestoreDBInstanceFromDBSnapshot {Rds}snapshot:{N}-1",
                $"cloudformation:DeleteStack {Cloud}{Cluster}/1",
                $"cloudformation:DescribeStacks {Cloud}another/1", $"sts:AssumeRole {Iam}role/another",
                $"sts:AssumeRole {Iam}role/cdk-hnb659fds-cfn-exec-role-{CdkPlace}",
                $"logs:GetLogEvents {Logs}another:log-stream:1", $"iam:PutRolePolicy {Iam}role/{N}-deployment",
            ]
        },
        {
            Operator,
            [
                $"secretsmanager:GetSecretValue {ApiSecret}",
                $"rds-db:connect arn:aws:rds-db:{Place}:dbuser:<DatabaseInstance.DbiResourceId>/opportunities_owner",
                $"rds-db:connect arn:aws:rds-db:{Place}:dbuser:<DatabaseInstance.DbiResourceId>/opportunities_api",
                $"rds:DeleteDBInstance {Rds}db:{N}", $"ecr:PutImage {Ecr}{N}",
                "ecs:RegisterTaskDefinition *", $"ecs:RunTask {Ecs}task-definition/{N}-migrations:7", $"s3:GetObject {Attachments}/a",
                $"iam:PassRole {Iam}role/{N}-api {ToTasks}",
                $"sqs:ReceiveMessage {Sqs}{N}-events.fifo", $"sqs:DeleteMessage {Sqs}{N}-events.fifo",
                $"sqs:PurgeQueue {Sqs}{N}-events.fifo", $"states:StopExecution {States}execution:{N}-credentials-rotation:1",
                $"sqs:SendMessage {Sqs}another", $"cloudformation:UpdateStack {Cloud}{Cluster}/1",
            ]
        },
    };

    private static string[] CdkRoles => ["deploy-role", "file-publishing-role", "lookup-role"];

    /// <summary>What ECS does before a container runs.</summary>
    private static string[] Start =>
    [
        "ecr:GetAuthorizationToken *", $"ecr:BatchCheckLayerAvailability {Ecr}{N}", $"ecr:BatchGetImage {Ecr}{N}",
        $"ecr:GetDownloadUrlForLayer {Ecr}{N}",
        $"logs:CreateLogStream {Logs}{Names.LogGroup}:log-stream:1", $"logs:PutLogEvents {Logs}{Names.LogGroup}:log-stream:1",
    ];

    /// <summary>What nobody here may do, to whom the rights of others or a secret would come by it.</summary>
    private static string[] RefusedToAll =>
    [
        $"iam:CreateUser {Iam}user/a", $"iam:CreateAccessKey {Iam}user/a", $"iam:AttachRolePolicy {Iam}role/{N}-api",
        $"iam:UpdateAssumeRolePolicy {Iam}role/{N}-api",
        $"iam:PassRole {Iam}role/Administrator {ToTasks}", $"sts:AssumeRole {Iam}role/Administrator", $"rds:DeleteDBInstance {Rds}db:{N}",
        $"s3:DeleteBucket {Attachments}",
        $"secretsmanager:GetSecretValue arn:aws:secretsmanager:{Place}:secret:another-AbCdEf",
        $"kms:ScheduleKeyDeletion arn:aws:kms:{Place}:key/<OperationsKey>",
        $"lambda:UpdateFunctionCode arn:aws:lambda:{Place}:function:<CredentialsRotationFunction>",
    ];

    [Theory]
    [MemberData(nameof(Needed))]
    public void It_may(string principal, string[] calls) => AssertAll(principal, calls, allowed: true);

    [Theory]
    [MemberData(nameof(Refused))]
    public void It_may_not(string principal, string[] calls) => AssertAll(principal, [.. calls, .. RefusedToAll], allowed: false);

    [Fact]
    public void The_password_of_the_schemas_owner_is_for_the_migrations_alone()
    {
        foreach (var name in EnvironmentSettings.Names)
        {
            var policies = Policies(name);
            var readers = policies.Principals.Where(principal => policies.Allows(principal, "secretsmanager:GetSecretValue", OwnerSecret));
            Assert.Equal([MigrationsExecution], readers);
        }
    }

    [Fact]
    public void Every_role_is_asked_about()
    {
        // RDS assumes this one, with a policy of AWS'. The migrations ask AWS for nothing.
        string[] asked = ["DatabaseInstanceMonitoringRole", .. Refused.Select(row => (string)row[0])];
        foreach (var name in EnvironmentSettings.Names)
            Assert.Equal(asked.Order(StringComparer.Ordinal), Policies(name).Principals.Order(StringComparer.Ordinal));
        Assert.Equal([Migrations], Refused.Select(row => row[0]).Except(Needed.Select(row => row[0])));
    }

    [Fact]
    public void The_pipeline_may_run_every_command_of_its_scripts()
    {
        var scripts = Directory.EnumerateFiles(RepositoryRoot.Combine("deploy"), "*.sh")
            .Append(RepositoryRoot.Combine("deploy/rollback/app.sh"))
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine(".github/workflows"), "*.yml"));
        AssertCommands(Pipeline, string.Join('\n', scripts.Select(File.ReadAllText)), atLeast: 25);
    }

    [Fact]
    public void Whoever_is_on_call_may_run_every_command_that_the_runbook_has_for_an_alarm()
    {
        var runbook = File.ReadAllText(RepositoryRoot.Combine("docs/runbook.md"));
        AssertCommands(Operator, runbook.Split("## When an alarm rings")[1].Split("\n## ")[0], atLeast: 8);
    }

    [Theory]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"arn:b/*"}""", "s3:GetObject arn:b/a", true)]
    [InlineData("""{"Effect":"Allow","Action":"s3:get*","Resource":"*"}""", "s3:GetObject arn:b/a", true)]
    [InlineData("""{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:b"}""", "s3:GetObject arn:b/a", false)]
    [InlineData("""{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:B/a"}""", "s3:GetObject arn:b/a", false)]
    [InlineData("""{"Effect":"Allow","Action":"s3:GetObjec","Resource":"*"}""", "s3:GetObject arn:b/a", false)]
    [InlineData(
        """{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:b/*"}""",
        "s3:GetObject arn:b/a", false)]
    [InlineData("""{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"StringEquals":{"k":["v","w"]}}}""", "a:B * k=w", true)]
    [InlineData("""{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"StringEquals":{"k":"v*"}}}""", "a:B * k=v1", false)]
    [InlineData("""{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"StringLike":{"k":"v*"}}}""", "a:B * k=v1", true)]
    [InlineData(
        """{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"StringEquals":{"k":"v"},"ArnLike":{"l":"arn:*"}}}""",
        "a:B * k=v", false)]
    public void A_call_is_decided_as_IAM_decides_it(string statements, string call, bool allowed) =>
        Assert.Equal(allowed, Allows(new AccessPolicies("somebody", $"[{statements}]"), "somebody", call));

    [Theory]
    [InlineData("""{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"NumericLessThan":{"k":"1"}}}""")]
    public void What_the_decision_does_not_know_is_no_decision(string statement) =>
        Assert.Throws<NotSupportedException>(() => Allows(new AccessPolicies("somebody", $"[{statement}]"), "somebody", "a:B * k=0"));

    private static AccessPolicies Policies(string environment) => new(SynthesizedStacks.Of(environment));

    private static void AssertAll(string principal, IEnumerable<string> calls, bool allowed)
    {
        foreach (var name in EnvironmentSettings.Names)
        {
            var policies = Policies(name);
            var wrong = calls.Select(call => call.Replace("ENV", name, StringComparison.Ordinal))
                .Where(call => Allows(policies, principal, call) != allowed);
            Assert.True(!wrong.Any(), $"{name}: {principal} may{(allowed ? " not" : "")}\n  {string.Join("\n  ", wrong)}");
        }
    }

    private static void AssertCommands(string principal, string text, int atLeast)
    {
        var commands = CommandPattern().Matches(text).Select(match => match.Groups["command"].Value).Distinct()
            .Where(command => !_others.ContainsKey(command)).ToArray();
        Assert.True(commands.Length >= atLeast, $"Only {string.Join(", ", commands)}");
        Assert.DoesNotContain(commands, command => !_commands.ContainsKey(command));
        AssertAll(principal, commands.SelectMany(command => _commands[command]), allowed: true);
    }

    private static bool Allows(AccessPolicies policies, string principal, string call)
    {
        var parts = call.Split(' ');
        var context = parts.Skip(2).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return policies.Allows(principal, parts[0], parts[1], context);
    }

    [GeneratedRegex(@"(?<!need )\baws (?<command>[a-z0-9-]+ [a-z][a-z0-9-]+)")]
    private static partial Regex CommandPattern();
}
