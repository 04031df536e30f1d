namespace Opportunities.Tests.Deploy;

/// <summary><c>deploy/rollback.sh</c> with recorders in place of AWS.</summary>
public sealed class RollbackScriptTests
{
    private const string Service = "opportunity-management-service";
    private const string Arn = $"arn:aws:ecs:us-east-1:123456789012:task-definition/{Service}";

    public static TheoryData<string, string, string> Failures => new()
    {
        { "app", "aws ecs list-task-definitions*", "find the release to return to" },
        { "app", "aws ecr put-image*", "let staging mean that image" },
        { "app", "aws ecs update-service*", "update the service" },
        { "app", "aws ecs wait services-stable*", "update the service" },
        { "app", "curl*", "verify" },
        { "database", "aws rds describe-db-snapshots*", "find the snapshot" },
        { "database", "aws rds restore-db-instance-from-db-snapshot*", $"restore snapshot-7 as {Service}-restored" },
        { "database", "aws rds wait*", $"restore snapshot-7 as {Service}-restored" },
        { "database", "aws rds modify-db-instance*", $"give {Service}-restored the present password" },
        { "database", "aws secretsmanager put-secret-value*", $"point the secret to {Service}-restored" },
        { "database", "aws ecs update-service*", "replace the tasks" },
        { "database", "curl*", "verify" },
        { "infrastructure", "aws cloudformation rollback-stack*", $"roll back {Service}-staging" },
        { "infrastructure", "aws cloudformation wait*", $"roll back {Service}-staging" },
    };

    [Fact]
    public async Task The_application_returns_to_the_newest_release_of_another_image()
    {
        using var tools = Tools();
        var run = await RunAsync(tools, "app", "prod", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        // Revision 4 is of the same image as 5, revision 3 is one that a release did not make.
        DeployScriptTests.AssertInOrder(tools.Calls,
        [
            $"aws ecs describe-task-definition --task-definition {Service} --query taskDefinition.taskDefinitionArn --output text",
            "aws ecr put-image --repository-name opportunity-management-service --image-tag prod",
            $"aws ecs update-service --cluster {Service}-prod --service {Service} --task-definition {Arn}:2 --force-new-deployment",
            "aws ecs wait services-stable",
            $"aws ecs describe-services --cluster {Service}-prod --services {Service}",
            "curl --fail --silent --show-error --retry 12 --retry-delay 10 --retry-all-errors https://api.example.com/health",
        ]);
    }

    [Fact]
    public async Task Run_again_while_the_roll_back_is_under_way_it_goes_no_further_back()
    {
        using var tools = Tools();
        tools.Answer("aws ecs describe-services*services?0?.taskDefinition *", $"{Arn}:2").Answer("aws ecs describe-services*rolloutState*", "IN_PROGRESS");
        var run = await RunAsync(tools, "app", "staging");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(tools.Calls, call => call.StartsWith("aws ecs update-service", StringComparison.Ordinal) && call.Contains($"{Arn}:2 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_version_can_be_named()
    {
        using var tools = Tools();
        tools.Answer("aws ecr batch-get-image*imageTag=1.2.0*", "sha256:wanted").Answer("aws ecs describe-services*PRIMARY*taskDefinition*", $"{Arn}:5");
        var run = await RunAsync(tools, "app", "dev", "--to", "1.2.0");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(tools.Calls, call => call.StartsWith("aws ecr batch-get-image", StringComparison.Ordinal) && call.Contains("imageDigest=sha256:wanted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_version_that_was_never_pushed_is_refused()
    {
        using var tools = Tools();
        tools.Answer("aws ecr batch-get-image*imageTag=9.9.9*", "None");
        var run = await RunAsync(tools, "app", "dev", "--to", "9.9.9");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No version 9.9.9 was pushed. Nothing was done.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_restored_beside_the_present_one_and_the_secret_points_to_it()
    {
        using var tools = Tools();
        var run = await RunAsync(tools, "database", "prod", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        DeployScriptTests.AssertInOrder(tools.Calls,
        [
            $"aws rds describe-db-snapshots --db-instance-identifier {Service} --query sort_by(DBSnapshots, &SnapshotCreateTime)[-1].DBSnapshotIdentifier",
            $"aws rds restore-db-instance-from-db-snapshot --db-instance-identifier {Service}-restored --db-snapshot-identifier snapshot-7 --no-publicly-accessible",
            $"aws rds wait db-instance-available --db-instance-identifier {Service}-restored",
            "aws rds modify-db-instance --cli-input-json file://",
            "aws secretsmanager put-secret-value --secret-id opportunity-management-service/database --secret-string file://",
            $"aws ecs update-service --cluster {Service}-prod --service {Service} --force-new-deployment",
            "aws ecs wait services-stable",
            "curl",
        ]);
        var restore = Assert.Single(tools.Calls, call => call.Contains("restore-db-instance", StringComparison.Ordinal));
        Assert.Contains("--db-instance-class db.m7g.large --db-subnet-group-name subnets --db-parameter-group-name parameters --multi-az --vpc-security-group-ids sg-1", restore, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Join('\n', tools.Calls) + run.Error + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_was_begun_is_not_begun_twice()
    {
        using var tools = Tools();
        tools.Answer("aws rds describe-db-instances*DBInstanceStatus*", "creating");
        var run = await RunAsync(tools, "database", "staging");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("aws rds restore", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE_FAILED", "aws cloudformation rollback-stack")]
    [InlineData("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback")]
    public async Task A_stack_whose_update_failed_is_rolled_back(string status, string command)
    {
        using var tools = Tools();
        tools.Answer("aws cloudformation describe-stacks*StackStatus --output text", status);
        var run = await RunAsync(tools, "infrastructure", "prod", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        DeployScriptTests.AssertInOrder(tools.Calls,
            [$"{command} --stack-name {Service}-prod", "aws cloudformation wait stack-rollback-complete", $"aws cloudformation describe-stacks --stack-name {Service}-prod"]);
    }

    [Fact]
    public async Task A_stack_whose_update_succeeded_is_left_alone_and_the_way_back_is_said()
    {
        using var tools = Tools();
        tools.Answer("aws cloudformation describe-stacks*StackStatus --output text", "UPDATE_COMPLETE");
        var run = await RunAsync(tools, "infrastructure", "dev");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("git switch --detach COMMIT && deploy/deploy.sh dev", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains("rollback-stack", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_step_that_fails_ends_the_run_and_says_how_to_go_on(string part, string call, string step)
    {
        using var tools = Tools();
        tools.Answer(call, "", exitCode: 3);
        var run = await RunAsync(tools, part, "staging");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith($"Failed in: {step} (", StringComparison.Ordinal) && line.Length > step.Length + 40);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("database")]
    [InlineData("infrastructure")]
    public async Task A_dry_run_calls_nothing_and_production_takes_silence_for_no(string part)
    {
        using var tools = Tools();
        Assert.Equal(0, (await RunAsync(tools, part, "prod", "--dry-run")).ExitCode);
        Assert.Empty(tools.Calls);
        var run = await RunAsync(tools, part, "prod");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Add --yes if that is meant", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains("update-service", StringComparison.Ordinal) || call.Contains("restore", StringComparison.Ordinal) || call.Contains("rollback-stack", StringComparison.Ordinal));
    }

    private static RecordedTools Tools()
    {
        var tools = new RecordedTools("aws", "curl")
            .Answer("aws ecs list-task-definitions*", $"{Arn}:5 {Arn}:4 {Arn}:3 {Arn}:2 {Arn}:1")
            .Answer("aws ecs describe-services*", "{}")
            .Answer("aws ecs describe-services*services?0?.taskDefinition *", $"{Arn}:5")
            .Answer("aws ecs describe-services*PRIMARY*taskDefinition*", $"{Arn}:2")
            .Answer("aws ecs describe-services*rolloutState*", "COMPLETED")
            .Answer("aws ecs describe-task-definition*", "None")
            .Answer($"aws ecs describe-task-definition --task-definition {Service} *", $"{Arn}:5")
            .Answer("aws ecr batch-get-image*", "sha256:bad")
            .Answer("aws ecr batch-get-image*--output json", """{"imageManifest":"{}","imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"}""")
            .Answer("aws rds describe-db-snapshots*", "\"snapshot-7\"")
            .Answer("aws rds describe-db-instances*", """{"DBInstanceClass":"db.m7g.large","DBSubnetGroup":{"DBSubnetGroupName":"subnets"},"DBParameterGroups":[{"DBParameterGroupName":"parameters"}],"MultiAZ":true,"VpcSecurityGroups":[{"VpcSecurityGroupId":"sg-1"}]}""")
            .Answer("aws rds describe-db-instances*Endpoint.Address*", "restored.example.com")
            .Answer("aws rds describe-db-instances*DBInstanceStatus*", "None")
            .Answer("aws secretsmanager get-secret-value*", """{"host":"old.example.com","username":"opportunities","password":"hunter2"}""")
            .Answer("aws cloudformation describe-stacks*StackStatus --output text", "UPDATE_FAILED");
        foreach (var (revision, digest) in new[] { (5, "sha256:bad"), (4, "sha256:bad"), (2, "sha256:good"), (1, "sha256:older") })
            tools.Answer($"aws ecs describe-task-definition --task-definition {Arn}:{revision} *", digest);
        return tools;
    }

    private static Task<ScriptRun> RunAsync(RecordedTools tools, params string[] arguments) => tools.RunAsync("deploy/rollback.sh", arguments);
}
