namespace Opportunities.SystemTests.Deploy;

/// <summary><c>deploy/rollback.sh app</c> and <c>infrastructure</c> in an account that remembers.</summary>
public sealed class RollbackScriptTests
{
    private const string Service = ScriptSandbox.Service;

    [Fact]
    public async Task The_application_returns_to_the_release_before()
    {
        using var aws = Aws("sha256:a", "sha256:b");
        (await RunAsync(aws)).Succeeded();
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
        DeployScriptTests.AssertInOrder(aws.Calls,
        [
            $"aws ecr put-image --repository-name {Service} --image-tag staging",
            $"aws ecs update-service --cluster {Service}-staging --service {Service} --task-definition",
            $"aws ecs describe-services --cluster {Service}-staging --services {Service}",
            "curl --fail --silent --show-error --retry 12 --retry-delay 10 --retry-all-errors https://staging-api.example.com/health",
        ]);
    }

    [Fact]
    public async Task A_second_roll_back_goes_one_further_and_not_back_to_what_was_taken_away()
    {
        using var aws = Aws("sha256:a", "sha256:b", "sha256:c");
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("sha256:b", aws.Runs);
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("sha256:a", aws.Runs);
        (await RunAsync(aws)).Failed("ECS remembers no release before sha256:a. Name a version that was pushed");
    }

    [Fact]
    public async Task After_a_release_that_ecs_took_back_it_goes_to_the_release_before_the_one_that_runs_and_not_to_the_failed_one()
    {
        using var aws = Aws("sha256:a", "sha256:b");
        aws.Broken.Add("sha256:c");
        aws.NextImage = "sha256:c";
        (await aws.RunAsync("deploy/deploy.sh", ["staging"], ("VERSION", "3.0.0"))).Failed("ECS took the deployment back");
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("sha256:a", aws.Runs);
    }

    [Fact]
    public async Task Where_only_the_tag_is_elsewhere_it_gives_back_the_tag_and_nothing_else()
    {
        using var aws = Aws("sha256:a", "sha256:b");
        // As after the document's own push by hand, whose deployment was taken back.
        aws.Tag("sha256:c");
        (await RunAsync(aws)).Succeeded();
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
        Assert.Equal(["aws ecr put-image"], aws.Changes.Select(call => string.Join(' ', call.Split(' ')[..3])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_change_of_the_infrastructure_alone_it_still_finds_the_release_before(bool again)
    {
        using var aws = Aws("sha256:a", "sha256:b");
        for (var number = 0; number < (again ? 2 : 1); number++)
        {
            aws.TaskChanges = true;
            (await aws.RunAsync("deploy/deploy.sh", ["staging", "--step", "infrastructure"], ("VERSION", "3.0.0"))).Succeeded();
        }

        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
        (await RunAsync(aws)).Succeeded();
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task Run_again_while_the_roll_back_is_under_way_it_goes_no_further_back()
    {
        using var aws = Aws("sha256:a", "sha256:b", "sha256:c");
        aws.Stuck = true;
        (await RunAsync(aws, [], ("DEPLOYMENT_MINUTES", "0"))).Failed("Waited 0 minutes");
        aws.EndDeploymentAtNextLook = "SUCCESSFUL";
        (await RunAsync(aws)).Succeeded();
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
        Assert.Single(aws.Calls, call => call.StartsWith("aws ecs update-service", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_release_that_is_still_being_deployed_is_stopped_and_the_one_that_runs_stays()
    {
        using var aws = Aws("sha256:a", "sha256:b");
        aws.Stuck = true;
        aws.NextImage = "sha256:c";
        await aws.RunAsync(
            "deploy/deploy.sh", ["staging", "--step", "push", "--step", "service"], ("VERSION", "3.0.0"), ("DEPLOYMENT_MINUTES", "0"));
        aws.Stuck = false;
        (await RunAsync(aws)).Succeeded();
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
        Assert.Contains(aws.Calls, call => call.StartsWith("aws ecs stop-service-deployment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tasks_that_are_being_replaced_by_the_same_release_are_no_release()
    {
        using var aws = Aws("sha256:a", "sha256:b");
        aws.Stuck = true;
        aws.Deploy(aws.TaskDefinitions.Keys.Last(arn => arn.Contains($"/{Service}:", StringComparison.Ordinal)), 2);
        aws.Stuck = false;
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("sha256:a", aws.Runs);
    }

    [Fact]
    public async Task A_version_can_be_named()
    {
        using var aws = Aws("sha256:a", "sha256:b", "sha256:c");
        (await RunAsync(aws, ["--to", "1.0.0"])).Succeeded();
        Assert.Equal(("sha256:a", "sha256:a"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task A_named_version_that_ecs_took_back_is_a_failure()
    {
        using var aws = Aws("sha256:a", "sha256:b");
        aws.Broken.Add("sha256:a");
        (await RunAsync(aws, ["--to", "1.0.0"])).Failed("ECS took the deployment back");
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task A_version_that_was_never_pushed_is_refused()
    {
        using var aws = Aws("sha256:a");
        (await RunAsync(aws, ["--to", "9.9.9"])).Failed("No version 9.9.9 was pushed. Nothing was done.");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task Before_the_first_release_there_is_nothing_to_return_to()
    {
        using var aws = Aws();
        (await RunAsync(aws)).Failed("No release has succeeded in staging yet");
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("aws sts", "whose account this is")]
    [InlineData("aws ecs list-service-deployments", "find the release to return to")]
    [InlineData("aws ecs describe-service-revisions", "find the release to return to")]
    [InlineData("aws ecs update-service", "update the service")]
    [InlineData("aws ecr put-image", "update the service")]
    [InlineData("curl", "verify")]
    public async Task A_step_that_fails_says_how_to_go_on_and_run_again_it_ends_at_the_release_before(string call, string step)
    {
        using var aws = Aws("sha256:a", "sha256:b", "sha256:c").Fail(call);
        var run = await RunAsync(aws);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Single(
            run.Error.Split('\n'),
            line => line.StartsWith($"Failed in: {step} (", StringComparison.Ordinal) && line.Length > step.Length + 40);
        if (step != "verify") (await RunAsync(aws)).Succeeded();
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Theory]
    [InlineData("", "UPDATE_FAILED", "aws cloudformation rollback-stack")]
    [InlineData("", "CREATE_FAILED", "aws cloudformation rollback-stack")]
    [InlineData("-state", "UPDATE_FAILED", "aws cloudformation rollback-stack")]
    [InlineData("", "UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback")]
    public async Task A_stack_whose_change_failed_is_rolled_back(string stack, string status, string command)
    {
        using var aws = Aws("sha256:a").With(stack, status);
        (await RunAsync(aws, "infrastructure")).Succeeded();
        DeployScriptTests.AssertInOrder(aws.Calls,
            [
                $"{command} --stack-name {Service}-staging{stack}",
                $"aws cloudformation describe-stacks --stack-name {Service}-staging{stack}",
            ]);
        Assert.EndsWith("ROLLBACK_COMPLETE", aws.Stacks[$"{Service}-staging{stack}"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_that_could_not_be_deleted_is_left_to_a_person()
    {
        using var aws = Aws().With("-state", "ROLLBACK_FAILED");
        (await RunAsync(aws, "infrastructure")).Failed("docs/runbook.md, \"A first deployment that failed\"");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task Stacks_whose_change_succeeded_are_left_alone_and_the_way_back_is_said()
    {
        using var aws = Aws("sha256:a");
        (await RunAsync(aws, "infrastructure")).Failed("git switch --detach COMMIT && deploy/deploy.sh staging --back.");
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("database")]
    [InlineData("infrastructure")]
    public async Task A_dry_run_calls_nothing_and_production_takes_silence_for_no(string part)
    {
        using var aws = new PretendAws { Name = "prod" }.Released("sha256:a", "sha256:b").Snapshot("snapshot-7").With("", "UPDATE_FAILED");
        (await aws.RunAsync("deploy/rollback.sh", [part, "prod", "--dry-run"])).Succeeded();
        Assert.Empty(aws.Calls);
        (await aws.RunAsync("deploy/rollback.sh", [part, "prod"])).Failed("Add --yes if that is meant");
        Assert.Empty(aws.Changes);
    }

    [Theory]
    [InlineData("Usage:")]
    [InlineData("Usage:", "everything", "dev")]
    [InlineData("'qa' is none of them", "app", "qa")]
    public async Task An_unknown_argument_is_refused(string sentence, params string[] arguments)
    {
        using var aws = new PretendAws();
        (await aws.RunAsync("deploy/rollback.sh", arguments)).Failed(sentence);
        Assert.Empty(aws.Changes);
    }

    private static PretendAws Aws(params string[] images) => new PretendAws().Released(images);

    private static Task<ScriptRun> RunAsync(PretendAws aws, string part) => aws.RunAsync("deploy/rollback.sh", [part, "staging"]);

    private static Task<ScriptRun> RunAsync(PretendAws aws, string[]? options = null, params (string Name, string Value)[] environment) =>
        aws.RunAsync("deploy/rollback.sh", ["app", "staging", .. options ?? []], environment);
}
