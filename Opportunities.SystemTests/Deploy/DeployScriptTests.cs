namespace Opportunities.SystemTests.Deploy;

/// <summary>
/// <c>deploy/deploy.sh</c> in an account that remembers: the calls of the deployment document, in order, and every failure.
/// </summary>
public sealed class DeployScriptTests
{
    private const string Service = ScriptSandbox.Service;
    private const string Registry = ScriptSandbox.Registry;

    /// <summary>A call that fails, the step that says so, and the steps that have been gone through by then.</summary>
    public static TheoryData<string, string> Failures => new()
    {
        { "aws sts get-caller-identity", "whose account this is" },
        { "dotnet run", "look at what is to be deployed" },
        { $"aws cloudformation describe-stacks --stack-name {Service}-staging-account", "look at what is to be deployed" },
        { $"aws ecs list-service-deployments --cluster {Service}-staging --service {Service} --status", "look at what is to be deployed" },
        { "aws ecr describe-images", "look at what is to be deployed" },
        { "npx cdk deploy", "infrastructure" },
        { "docker build", "build the image" },
        { "docker tag", "push the image" },
        { "aws ecr get-login-password", "push the image" },
        { "docker login", "push the image" },
        { "docker push", "push the image" },
        { "aws ecr describe-image-scan-findings", "scan the image" },
        { "aws rds create-db-snapshot", "take a snapshot of the database" },
        { "aws rds describe-db-snapshots", "take a snapshot of the database" },
        { "aws ecs register-task-definition", "migrations" },
        { "aws ecs deregister-task-definition", "migrations" },
        { "aws ecs run-task", "migrations" },
        { "aws ecs describe-tasks", "migrations" },
        { $"aws ecs list-service-deployments --cluster {Service}-staging --service {Service} --max-results", "update the service" },
        { "aws ecs update-service", "update the service" },
        { "aws ecr put-image", "update the service" },
        { "curl", "verify" },
    };

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task The_documents_calls_are_made_in_order(string environment)
    {
        using var aws = new PretendAws { Name = environment, NextImage = "sha256:b" }.Released("sha256:a");
        (await DeployAsync(aws, "--yes")).Succeeded();
        string[] snapshot = environment == "dev"
            ? []
            : [$"aws rds create-db-snapshot --db-instance-identifier {Service} --db-snapshot-identifier {Service}-2-0-0-"];
        AssertInOrder(aws.Calls,
        [
            "aws sts get-caller-identity",
            $"dotnet run --project Opportunities.Infrastructure --verbosity quiet -- check {environment}",
            $"npx cdk deploy --all --context env={environment}",
            $"docker build --platform linux/amd64 --provenance=false -t {Service}:{environment}",
            $"docker tag {Service}:{environment} {Registry}:2.0.0",
            "aws ecr get-login-password --region us-east-1",
            $"docker push {Registry}:2.0.0",
            "aws ecr wait image-scan-complete",
            "aws ecr describe-image-scan-findings",
            .. snapshot,
            $"aws ecs run-task --cluster {Service}-{environment} --task-definition",
            "aws ecs describe-tasks",
            $"aws ecr put-image --repository-name {Service} --image-tag {environment}",
            $"aws ecs update-service --cluster {Service}-{environment} --service {Service} --task-definition",
            "aws ecs list-service-deployments",
            $"aws ecs describe-services --cluster {Service}-{environment} --services {Service}",
            "curl --fail --silent --show-error --retry 12 --retry-delay 10 --retry-all-errors "
            + $"https://{(environment == "prod" ? "" : environment + "-")}api.example.com/health",
        ]);
        // The two sides of a pipe start together.
        Assert.Contains($"docker login --username AWS --password-stdin {Registry.Split('/')[0]}", aws.Calls);
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_step_that_fails_leaves_what_runs_alone_says_how_to_go_on_and_can_be_run_again(string call, string step)
    {
        using var aws = Aws().Fail(call);
        var run = await DeployAsync(aws);
        Assert.NotEqual(0, run.ExitCode);
        var last = Assert.Single(run.Error.Split('\n'), line => line.StartsWith($"Failed in: {step} (", StringComparison.Ordinal));
        Assert.True(
            last.Contains("Nothing was done", StringComparison.Ordinal) || last.Contains("deploy/rollback.sh", StringComparison.Ordinal)
            || last.Contains("run the same command again", StringComparison.OrdinalIgnoreCase), last);
        if (step != "verify") Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
        Assert.Empty(aws.Armed);

        (await DeployAsync(aws)).Succeeded();
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Theory]
    [InlineData("-account")]
    [InlineData("-state")]
    [InlineData("")]
    public async Task A_first_deployment_that_fails_in_a_stack_can_be_run_again(string stack)
    {
        using var aws = new PretendAws { FailingStack = stack };
        aws.Set("staging", ("protected", false));
        (await DeployAsync(aws)).Failed("Failed in: infrastructure");
        (await DeployAsync(aws)).Succeeded();
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task A_first_deployment_begins_without_protections_which_would_stand_in_the_way_of_its_own_roll_back()
    {
        using var aws = new PretendAws();
        (await DeployAsync(aws)).Failed("a first deployment begins with the setting protected=false. Nothing was done.");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task What_has_had_a_release_is_not_deployed_without_protections()
    {
        using var aws = Aws();
        aws.Set("staging", ("protected", false));
        (await DeployAsync(aws)).Failed("staging has had a release and is not protected");
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("-state", "ROLLBACK_FAILED")]
    [InlineData("-account", "DELETE_FAILED")]
    [InlineData("", "UPDATE_ROLLBACK_FAILED")]
    public async Task A_stack_that_only_a_person_can_mend_is_not_tried_again(string stack, string status)
    {
        using var aws = Aws().With(stack, status);
        (await DeployAsync(aws)).Failed($"{Service}-staging{stack} is {status}. See docs/runbook.md");
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("000000000000", "The account of staging is not filled in: '000000000000'")]
    [InlineData("", "The account of staging is not filled in: ''")]
    [InlineData("999999999999", "staging is in the account 999999999999")]
    public async Task Credentials_of_another_account_than_the_settings_are_refused(string account, string sentence)
    {
        using var aws = Aws();
        aws.Set("staging", ("account", account));
        (await DeployAsync(aws)).Failed(sentence);
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("AWS_REGION", "eu-west-1", "AWS_REGION is eu-west-1, and staging is in us-east-1")]
    [InlineData(
        "AWS_ACCOUNT_ID", "999999999999",
        "AWS_ACCOUNT_ID is 999999999999, and the credentials are those of 123456789012. Nothing was done.")]
    public async Task What_the_documents_reader_has_set_must_be_what_the_settings_say(string name, string value, string sentence)
    {
        using var aws = Aws();
        (await aws.RunAsync("deploy/deploy.sh", ["staging"], ("VERSION", "2.0.0"), (name, value))).Failed(sentence);
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task The_region_of_the_settings_is_that_of_every_call()
    {
        using var aws = Aws();
        aws.Set("staging", ("region", "eu-central-1"));
        (await DeployAsync(aws)).Succeeded();
        Assert.Contains($"docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/{Service}:2.0.0", aws.Calls);
    }

    [Fact]
    public async Task Settings_that_would_delete_the_pipelines_role_are_refused()
    {
        using var aws = Aws();
        aws.Set("staging", ("gitHubRepository", ""));
        (await DeployAsync(aws)).Failed("the setting gitHubRepository is empty: this deployment would delete the role. Nothing was done.");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task Templates_that_are_not_the_committed_ones_are_refused()
    {
        using var aws = Aws().Fail("dotnet run", error: "The templates of staging are not those of the committed fingerprint.");
        (await DeployAsync(aws)).Failed("not those of the committed fingerprint");
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("an older commit", "HEAD~1")]
    [InlineData("a commit that the one that runs is not part of", "side")]
    public async Task What_does_not_come_after_the_commit_that_runs_is_deployed_only_where_that_is_meant(string what, string commit)
    {
        using var aws = Aws();
        aws.Git("commit", "--quiet", "--allow-empty", "--message", "Runs");
        (await DeployAsync(aws, await VersionAsync(aws, 8))).Succeeded();
        aws.Git("branch", "side", "HEAD~1");
        aws.Git("checkout", "--quiet", "--detach", commit);
        if (commit == "side") aws.Git("commit", "--quiet", "--allow-empty", "--message", what);
        var changes = aws.Changes.Count();
        aws.NextImage = "sha256:c";
        (await DeployAsync(aws, await VersionAsync(aws, 7)))
            .Failed("and this one does not come after it. Where that is meant: --back. Nothing was done.");
        Assert.Equal((changes, "sha256:b"), (aws.Changes.Count(), aws.Runs));
        (await DeployAsync(aws, await VersionAsync(aws, 7), "--back")).Succeeded();
        Assert.Equal("sha256:c", aws.Runs);
    }

    [Fact]
    public async Task What_comes_after_the_commit_that_runs_is_deployed_and_the_same_commit_again()
    {
        using var aws = Aws();
        (await DeployAsync(aws, await VersionAsync(aws, 7))).Succeeded();
        aws.NextImage = "sha256:c";
        (await DeployAsync(aws, await VersionAsync(aws, 8))).Succeeded();
        aws.Git("commit", "--quiet", "--allow-empty", "--message", "Comes after");
        aws.NextImage = "sha256:d";
        (await DeployAsync(aws, await VersionAsync(aws, 9))).Succeeded();
        Assert.Equal("sha256:d", aws.Runs);
    }

    [Fact]
    public async Task After_a_roll_back_an_older_commit_than_that_is_refused_and_the_one_taken_away_is_not()
    {
        using var aws = Aws();
        aws.Git("commit", "--quiet", "--allow-empty", "--message", "Before");
        (await DeployAsync(aws, await VersionAsync(aws, 7))).Succeeded();
        aws.Git("commit", "--quiet", "--allow-empty", "--message", "Taken away");
        aws.NextImage = "sha256:c";
        (await DeployAsync(aws, await VersionAsync(aws, 8))).Succeeded();
        (await aws.RunAsync("deploy/rollback.sh", ["app", "staging"])).Succeeded();
        Assert.Equal("sha256:b", aws.Runs);
        (await DeployAsync(aws, await VersionAsync(aws, 8))).Succeeded();
        (await aws.RunAsync("deploy/rollback.sh", ["app", "staging"])).Succeeded();
        aws.Git("checkout", "--quiet", "--detach", "HEAD~2");
        (await DeployAsync(aws, await VersionAsync(aws, 6))).Failed("and this one does not come after it");
    }

    [Fact]
    public async Task A_clone_that_does_not_have_the_commit_that_runs_cannot_say_that_its_own_comes_after()
    {
        using var aws = Aws();
        (await DeployAsync(aws, "0123456789ab-7.1")).Succeeded();
        (await DeployAsync(aws, await VersionAsync(aws, 8)))
            .Failed("runs the commit 0123456789ab, which this clone does not have: git fetch");
    }

    [Fact]
    public async Task An_image_that_names_no_commit_and_the_environment_of_proposals_are_replaced_by_any()
    {
        using var aws = Aws();
        Assert.Contains("No tag of sha256:a names a commit", (await DeployAsync(aws)).Succeeded().Error, StringComparison.Ordinal);
        using var dev = new PretendAws { Name = "dev", NextImage = "sha256:b" }.Released("sha256:a");
        (await DeployAsync(dev, "0123456789ab-7.1")).Succeeded();
        dev.NextImage = "sha256:c";
        (await DeployAsync(dev, await VersionAsync(dev, 8))).Succeeded();
    }

    [Fact]
    public async Task Migrations_that_fail_leave_the_service_and_the_tag_alone()
    {
        using var aws = Aws();
        aws.Failing.Add("sha256:b");
        (await DeployAsync(aws)).Failed("exit code 1: Essential container in task exited");
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
        Assert.Empty(aws.Armed);
    }

    [Fact]
    public async Task A_deployment_that_ecs_took_back_is_a_failure_and_nothing_can_start_it_later()
    {
        using var aws = Aws();
        aws.Broken.Add("sha256:b");
        (await DeployAsync(aws)).Failed("ECS took the deployment back: ROLLBACK_SUCCESSFUL, tasks failed their health checks.");
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
        Assert.Empty(aws.Armed);
    }

    [Fact]
    public async Task A_deployment_that_takes_longer_is_not_called_a_failed_one()
    {
        using var aws = Aws();
        aws.Released("sha256:a");
        aws.Stuck = true;
        var run = await aws.RunAsync(
            "deploy/deploy.sh", ["staging", "--step", "push", "--step", "service"], ("VERSION", "2.0.0"), ("DEPLOYMENT_MINUTES", "0"));
        run.Failed("Waited 0 minutes for the deployment. It goes on without this script.");
        Assert.Equal(("sha256:a", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task An_image_with_a_critical_vulnerability_goes_no_further()
    {
        using var aws = Aws();
        aws.Scan = """{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findingSeverityCounts":{"CRITICAL":2}}}""";
        (await DeployAsync(aws)).Failed("The scan found critical vulnerabilities: 2.");
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task An_image_that_ecr_does_not_scan_is_said_to_be_one()
    {
        using var aws = Aws().Fail("aws ecr wait").Fail(
            "aws ecr describe-image-scan-findings",
            error: "An error occurred (ScanNotFoundException) when calling the DescribeImageScanFindings operation");
        Assert.Contains("ECR has not scanned this image.", (await DeployAsync(aws)).Succeeded().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X86_64", "linux/amd64")]
    [InlineData("ARM64", "linux/arm64")]
    public async Task The_image_is_built_for_the_tasks_processor(string architecture, string platform)
    {
        using var aws = Aws();
        aws.Set("staging", ("architecture", architecture));
        (await DeployAsync(aws)).Succeeded();
        Assert.Contains(
            aws.Calls, call => call.StartsWith($"docker build --platform {platform} --provenance=false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_again_it_pushes_no_version_twice_and_takes_a_snapshot_each_time()
    {
        using var aws = Aws();
        (await DeployAsync(aws)).Succeeded();
        aws.NextImage = "sha256:c";
        (await DeployAsync(aws)).Succeeded();
        Assert.Single(aws.Calls, call => call.StartsWith("docker push", StringComparison.Ordinal));
        Assert.Equal(2, aws.Calls.Count(call => call.StartsWith("aws rds create-db-snapshot", StringComparison.Ordinal)));
        Assert.Equal("sha256:b", aws.Runs);
    }

    [Fact]
    public async Task Old_releases_snapshots_are_deleted_while_another_is_being_taken()
    {
        using var aws = Aws();
        for (var number = 1; number <= 21; number++) aws.Snapshot($"{Service}-1-{number}-0");
        aws.Snapshot($"{Service}-by-night", "creating");
        (await DeployAsync(aws)).Succeeded();
        Assert.Equal(
            [
                $"aws rds delete-db-snapshot --db-snapshot-identifier {Service}-1-1-0",
                $"aws rds delete-db-snapshot --db-snapshot-identifier {Service}-1-2-0",
            ],
            aws.Calls.Where(call => call.StartsWith("aws rds delete", StringComparison.Ordinal))
                .Select(call => call[..call.IndexOf(" --query", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task The_first_deployment_starts_a_task()
    {
        using var aws = new PretendAws { Name = "dev" };
        aws.Set("dev", ("protected", false));
        (await DeployAsync(aws)).Succeeded();
        Assert.Contains(aws.Calls, call => call.StartsWith("aws ecs update-service", StringComparison.Ordinal)
            && call.Contains("--desired-count 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_service_runs_the_task_as_the_stacks_have_it_and_the_migrations_are_of_the_same_image()
    {
        using var aws = Aws();
        aws.TaskChanges = true;
        (await DeployAsync(aws)).Succeeded();
        var registered = Assert.Single(aws.Calls, call => call.StartsWith("aws ecs register-task-definition", StringComparison.Ordinal));
        Assert.Contains($"\"image\":\"{Registry}@sha256:b\"", registered, StringComparison.Ordinal);
        Assert.Contains(aws.Calls, call => call.Contains(
            $"--task-definition arn:aws:ecs:us-east-1:123456789012:task-definition/{Service}:2 --force-new-deployment",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_release_the_documents_own_push_and_update_start_what_was_pushed()
    {
        using var aws = Aws();
        (await DeployAsync(aws)).Succeeded();
        aws.Tag("sha256:c");
        (await aws.RunAsync("env", [
            "aws", "ecs", "update-service", "--cluster", $"{Service}-staging", "--service", Service, "--force-new-deployment",
        ])).Succeeded();
        Assert.Equal("sha256:c", aws.Runs);
    }

    [Fact]
    public async Task A_first_release_that_ecs_took_back_leaves_no_tag()
    {
        using var aws = new PretendAws { Name = "dev" };
        aws.Set("dev", ("protected", false));
        aws.Broken.Add("sha256:a");
        (await DeployAsync(aws)).Failed("ECS took the deployment back");
        Assert.Equal((null, null), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task Each_step_can_be_run_alone_and_together_they_are_the_release()
    {
        using var aws = Aws();
        var steps = Steps(aws);
        Assert.Equal(["check", "infrastructure", "image", "push", "snapshot", "migrations", "service", "verification"], steps);
        foreach (var step in steps) (await aws.RunAsync("deploy/deploy.sh", ["staging", "--step", step], ("VERSION", "2.0.0"))).Succeeded();
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task A_step_whose_image_was_not_pushed_says_which_step_is_missing()
    {
        using var aws = Aws();
        (await aws.RunAsync("deploy/deploy.sh", ["staging", "--step", "service"], ("VERSION", "2.0.0")))
            .Failed("2.0.0 was not pushed yet: deploy/deploy.sh staging --step image --step push.");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task A_working_copy_with_changes_has_the_same_version_in_each_step_until_it_changes_again()
    {
        using var aws = Aws();
        async Task<string> VersionAsync() =>
            (await aws.RunAsync("deploy/deploy.sh", ["staging", "--step", "verification"])).Succeeded().Error
                .Split('\n')
                .Single(line => line.EndsWith("runs in staging.", StringComparison.Ordinal))
                .Split(' ')[0];
        var committed = await VersionAsync();
        File.WriteAllText(Path.Combine(aws.Root, "deploy/new"), "1");
        var changed = await VersionAsync();
        Assert.Matches($"^{committed}-[0-9a-f]{{8}}$", changed);
        Assert.Equal(changed, await VersionAsync());
        File.WriteAllText(Path.Combine(aws.Root, "deploy/new"), "2");
        Assert.NotEqual(changed, await VersionAsync());
    }

    [Theory]
    [InlineData("prod-7", "a version cannot begin like the tag of an environment")]
    [InlineData("development", "a version cannot begin like the tag of an environment")]
    [InlineData("1.0 beta", "which is no tag of an image")]
    public async Task A_version_that_ecr_would_take_for_something_else_is_refused(string version, string sentence)
    {
        using var aws = Aws();
        (await aws.RunAsync("deploy/deploy.sh", ["staging"], ("VERSION", version))).Failed(sentence);
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task Production_asks_and_takes_silence_for_no()
    {
        using var aws = new PretendAws { Name = "prod" };
        (await DeployAsync(aws)).Failed("Add --yes if that is meant");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task A_dry_run_calls_nothing_and_says_everything()
    {
        using var aws = new PretendAws { Name = "prod" };
        var run = (await DeployAsync(aws, "--dry-run")).Succeeded();
        Assert.Empty(aws.Calls);
        foreach (var command in new[]
        {
            "npx cdk deploy --all --context env=prod", "docker build", "docker push", "aws ecs run-task", "aws ecs update-service",
            "aws ecr put-image", "curl",
        })
        {
            Assert.Contains($"+ {command}", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("'qa' is none of them", "qa")]
    [InlineData("'' is none of them", "")]
    [InlineData("Usage:", "--what")]
    [InlineData("Usage:", "dev", "staging")]
    [InlineData("There is no step 'everything'", "dev", "--step", "everything")]
    public async Task An_unknown_argument_is_refused(string sentence, params string[] arguments)
    {
        using var aws = new PretendAws();
        (await aws.RunAsync("deploy/deploy.sh", arguments)).Failed(sentence);
        Assert.Empty(aws.Calls);
    }

    /// <summary>Asserts that calls beginning so were made, in this order, others between them allowed.</summary>
    internal static void AssertInOrder(IReadOnlyList<string> calls, string[] expected)
    {
        var next = 0;
        foreach (var call in calls)
        {
            if (next < expected.Length && call.StartsWith(expected[next], StringComparison.Ordinal)) next++;
        }

        Assert.True(
            next == expected.Length,
            next == expected.Length ? "" : $"Not called in its place: {expected[next]}\nCalled:\n{string.Join('\n', calls)}");
    }

    private static string[] Steps(PretendAws aws) =>
        [.. File.ReadLines(Path.Combine(aws.Root, "deploy/steps"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t')[0])];

    private static PretendAws Aws() => new PretendAws { NextImage = "sha256:b" }.Released("sha256:a");

    /// <summary>The version that the pipeline makes of the commit and the number of its run.</summary>
    private static async Task<string> VersionAsync(PretendAws aws, int run) =>
        $"{(await aws.RunAsync("git", ["rev-parse", "--short=12", "HEAD"])).Succeeded().Output.Trim()}-{run}.1";

    private static Task<ScriptRun> DeployAsync(PretendAws aws, params string[] options) =>
        aws.RunAsync(
            "deploy/deploy.sh", [aws.Name, .. options.Where(option => option.StartsWith('-'))],
            ("VERSION", options.FirstOrDefault(option => !option.StartsWith('-')) ?? "2.0.0"), ("AWS_ACCOUNT_ID", ScriptSandbox.Account));
}
