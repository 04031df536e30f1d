namespace Opportunities.SystemTests.Deploy;

/// <summary>The document's command for the migrations, and the script behind it.</summary>
public sealed class MigrateScriptTests
{
    private const string Service = ScriptSandbox.Service;

    [Theory]
    [InlineData("")]
    [InlineData("opportunity-management-service-infra")]
    public async Task The_documents_python_command_runs_the_migrations_of_the_accounts_environment(string from)
    {
        using var aws = Aws();
        var run = await aws.RunAsync("env",
            ["-C", Path.Combine(aws.Root, from), await PythonAsync(), "-m", "opportunity_management_service.adapters.db_migrations"],
            ("PYTHONDONTWRITEBYTECODE", "1"));
        run.Succeeded();
        DeployScriptTests.AssertInOrder(
            aws.Calls,
            ["aws ecs list-clusters", $"aws ecs run-task --cluster {Service}-staging --task-definition", "aws ecs describe-tasks"]);
    }

    [Fact]
    public async Task Without_a_digest_it_is_the_image_of_the_environments_tag()
    {
        using var aws = Aws();
        (await aws.RunAsync("deploy/migrate.sh", ["staging"])).Succeeded();
        Assert.Contains(aws.Calls, call => call.StartsWith("aws ecs register-task-definition", StringComparison.Ordinal)
            && call.Contains("@sha256:a\"", StringComparison.Ordinal));
        Assert.Empty(aws.Armed);
    }

    [Fact]
    public async Task The_owners_password_is_that_of_the_instance_in_use()
    {
        using var aws = Aws();
        aws.Instances[Service]["MasterUserSecret"]!["SecretArn"] =
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-restored-Zz99Zz";
        (await aws.RunAsync("deploy/migrate.sh", ["staging"])).Succeeded();
        var registered = Assert.Single(aws.Calls, call => call.StartsWith("aws ecs register-task-definition", StringComparison.Ordinal));
        Assert.Contains(
            """{"name":"Database__Username","valueFrom":"arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-restored-Zz99Zz:username::"}""",
            registered, StringComparison.Ordinal);
        Assert.Contains(
            """{"name":"Database__Password","valueFrom":"arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-restored-Zz99Zz:password::"}""",
            registered, StringComparison.Ordinal);
        Assert.Contains("secret:cache-Ab12Cd", registered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrations_that_take_longer_than_it_waits_are_waited_for_again_and_not_started_twice()
    {
        using var aws = Aws();
        aws.Stuck = true;
        (await aws.RunAsync("deploy/migrate.sh", ["staging"], ("MIGRATION_MINUTES", "0")))
            .Failed("Waited 0 minutes for arn:aws:ecs:us-east-1:123456789012:task/1. It goes on without this script.");
        aws.EndTaskAtNextLook = true;
        (await aws.RunAsync("deploy/migrate.sh", ["staging"])).Succeeded();
        Assert.Single(aws.Calls, call => call.StartsWith("aws ecs run-task", StringComparison.Ordinal));
        Assert.Empty(aws.Armed);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData($"cluster/{Service}-dev cluster/{Service}-prod", 2)]
    public async Task Which_environment_is_meant_is_not_guessed(string clusters, int count)
    {
        using var tools = new RecordedTools("aws").Answer("aws ecs list-clusters*", clusters);
        var run = await tools.RunAsync("deploy/migrate.sh", []);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"This account has {count} clusters", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_environments_are_one_too_many()
    {
        using var tools = new RecordedTools("aws");
        (await tools.RunAsync("deploy/migrate.sh", ["dev", "prod"])).Failed("Usage:");
        Assert.Empty(tools.Calls);
    }

    [Fact]
    public async Task A_task_that_did_not_succeed_is_a_failure()
    {
        using var aws = Aws();
        aws.Failing.Add("sha256:a");
        (await aws.RunAsync("deploy/migrate.sh", ["staging"]))
            .Failed("exit code 1: Essential container in task exited")
            .Failed("The service was not touched.");
        Assert.Empty(aws.Armed);
    }

    [Fact]
    public async Task Before_the_first_push_it_says_what_is_missing()
    {
        using var aws = new PretendAws().Released();
        (await aws.RunAsync("deploy/migrate.sh", ["staging"])).Failed("No image has the tag staging yet: push one first.");
    }

    /// <summary>
    /// The interpreter itself: what stands under its name on PATH may be a shim that puts other tools before the recorded ones.
    /// </summary>
    private static async Task<string> PythonAsync() =>
        (await MachineTool.RunAsync("python3", "-c", "import sys; print(sys.executable)")).Trim();

    private static PretendAws Aws() => new PretendAws().Released("sha256:a");
}
