namespace Opportunities.Tests.Deploy;

/// <summary><c>deploy/deploy.sh</c> with recorders in place of AWS: the calls of the deployment document, in order, and every failure.</summary>
public sealed class DeployScriptTests
{
    private const string Registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    private const string Service = "opportunity-management-service";

    public static TheoryData<string, string> Failures => new()
    {
        { "aws sts get-caller-identity*", "look at what is to be deployed" },
        { "npx cdk deploy*", "infrastructure" },
        { "docker build*", "build the image" },
        { "docker tag*", "push the image" },
        { "aws ecr get-login-password*", "push the image" },
        { "docker login*", "push the image" },
        { $"docker push {Registry}/{Service}:1.4.0", "push the image" },
        { "aws ecr describe-image-scan-findings*", "scan the image" },
        { $"docker push {Registry}/{Service}:staging", "let staging mean this image" },
        { "aws rds create-db-snapshot*", "take a snapshot of the database" },
        { "aws rds wait db-snapshot-available*", "take a snapshot of the database" },
        { "aws ecs run-task*", "migrations" },
        { "aws ecs wait tasks-stopped*", "migrations" },
        { "aws ecs register-task-definition*", "update the service" },
        { "aws ecs update-service*", "update the service" },
        { "aws ecs wait services-stable*", "update the service" },
        { "curl*", "verify" },
    };

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task The_documents_calls_are_made_in_order(string environment)
    {
        using var tools = Tools();
        var run = await DeployAsync(tools, environment, "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        string[] snapshot = environment == "dev" ? [] : [$"aws rds create-db-snapshot --db-instance-identifier {Service} --db-snapshot-identifier {Service}-1-4-0", "aws rds wait db-snapshot-available"];
        AssertInOrder(tools.Calls,
        [
            "aws sts get-caller-identity",
            $"npx cdk deploy --all --context env={environment}",
            $"docker build -t {Service}:{environment}",
            $"docker tag {Service}:{environment} {Registry}/{Service}:{environment}",
            "aws ecr get-login-password --region us-east-1",
            $"docker push {Registry}/{Service}:1.4.0",
            "aws ecr wait image-scan-complete",
            "aws ecr describe-image-scan-findings",
            $"docker push {Registry}/{Service}:{environment}",
            .. snapshot,
            $"aws ecs run-task --cluster {Service}-{environment} --task-definition {Service}-migrations",
            "aws ecs wait tasks-stopped",
            "aws ecs register-task-definition",
            $"aws ecs update-service --cluster {Service}-{environment} --service {Service} --task-definition arn:new --force-new-deployment",
            $"aws ecs wait services-stable --cluster {Service}-{environment} --services {Service}",
            $"aws ecs describe-services --cluster {Service}-{environment} --services {Service}",
            $"curl --fail --silent --show-error --retry 12 --retry-delay 10 --retry-all-errors https://{(environment == "prod" ? "" : environment + "-")}api.example.com/health",
        ]);
        // The two sides of a pipe start together.
        Assert.Contains($"docker login --username AWS --password-stdin {Registry}", tools.Calls);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_step_that_fails_ends_the_run_and_says_how_to_go_on(string call, string step)
    {
        using var tools = Tools();
        tools.Answer(call, "", exitCode: 3);
        var run = await DeployAsync(tools, "staging");
        Assert.NotEqual(0, run.ExitCode);
        var last = Assert.Single(run.Error.Split('\n'), line => line.StartsWith($"Failed in: {step} (", StringComparison.Ordinal));
        Assert.True(step == "look at what is to be deployed" || last.Contains("deploy/rollback.sh", StringComparison.Ordinal) || last.Contains("run the same command again", StringComparison.OrdinalIgnoreCase), last);
    }

    [Fact]
    public async Task Migrations_that_fail_leave_the_service_alone()
    {
        using var tools = Tools();
        tools.Answer("aws ecs describe-tasks*", """{"exit":1,"reason":"Essential container in task exited"}""");
        var run = await DeployAsync(tools, "dev");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("exit code 1: Essential container in task exited", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("aws ecs update-service", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_with_a_critical_vulnerability_does_not_get_the_environments_tag()
    {
        using var tools = Tools();
        tools.Answer("aws ecr describe-image-scan-findings*", """{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findingSeverityCounts":{"CRITICAL":2}}}""");
        var run = await DeployAsync(tools, "dev");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("critical vulnerabilities in 1.4.0: 2", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain($"docker push {Registry}/{Service}:dev", tools.Calls);
    }

    [Fact]
    public async Task A_deployment_that_ecs_took_back_is_a_failure()
    {
        using var tools = Tools();
        tools.Answer("aws ecs describe-services*PRIMARY*", "arn:old");
        var run = await DeployAsync(tools, "dev");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("The service runs arn:old, not arn:new: ECS took the deployment back", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_again_it_pushes_no_version_twice_and_takes_no_snapshot_twice()
    {
        using var tools = Tools();
        tools.Answer("aws ecr batch-get-image*imageTag=1.4.0*", "sha256:new").Answer("aws rds describe-db-snapshots*1-4-0*", "available");
        var run = await DeployAsync(tools, "staging");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("docker push", StringComparison.Ordinal) || call.StartsWith("aws rds create-db-snapshot", StringComparison.Ordinal));
        Assert.Contains(tools.Calls, call => call.StartsWith("aws ecr put-image", StringComparison.Ordinal) && call.Contains("--image-tag staging", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Old_releases_snapshots_are_deleted()
    {
        using var tools = Tools();
        tools.Answer("aws rds describe-db-snapshots*--snapshot-type manual*", $"""["{Service}-1-0-0","{Service}-1-1-0"]""");
        var run = await DeployAsync(tools, "staging");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, tools.Calls.Count(call => call.StartsWith($"aws rds delete-db-snapshot --db-snapshot-identifier {Service}-1-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_first_deployment_starts_a_task()
    {
        using var tools = Tools();
        tools.Answer("aws ecs describe-services*desiredCount --output text", "0");
        Assert.Equal(0, (await DeployAsync(tools, "dev")).ExitCode);
        Assert.Contains(tools.Calls, call => call.StartsWith("aws ecs update-service", StringComparison.Ordinal) && call.Contains("--desired-count 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_new_revision_is_marked_with_its_image()
    {
        using var tools = Tools();
        tools.Answer("aws ecr batch-get-image*imageTag=1.4.0*", "sha256:new");
        Assert.Equal(0, (await DeployAsync(tools, "dev")).ExitCode);
        var registered = Assert.Single(tools.Calls, call => call.StartsWith("aws ecs register-task-definition", StringComparison.Ordinal));
        Assert.Contains($$$"""{"family":"{{{Service}}}","containerDefinitions":[{"name":"api","image":"{{{Registry}}}/{{{Service}}}:dev","dockerLabels":{"org.opencontainers.image.version":"1.4.0","opportunities.image.digest":"sha256:new"}},{"name":"collector"}]}""", registered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_asks_and_takes_silence_for_no()
    {
        using var tools = Tools();
        var run = await DeployAsync(tools, "prod");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Add --yes if that is meant", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("npx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_calls_nothing_and_says_everything()
    {
        using var tools = Tools();
        var run = await DeployAsync(tools, "prod", "--dry-run");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(tools.Calls);
        foreach (var command in new[] { "npx cdk deploy --all --context env=prod", "docker build", "docker push", "aws ecs run-task", "aws ecs update-service", "curl" })
            Assert.Contains($"+ {command}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_accounts_credentials_are_refused()
    {
        using var tools = Tools();
        var run = await tools.RunAsync("deploy/deploy.sh", ["dev"], ("VERSION", "1.4.0"), ("AWS_ACCOUNT_ID", "999999999999"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the credentials are those of 123456789012. Nothing was done.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qa", "'qa' is none of them")]
    [InlineData("", "'' is none of them")]
    [InlineData("--what", "Usage:")]
    public async Task An_unknown_argument_is_refused(string argument, string sentence)
    {
        using var tools = Tools();
        var run = await tools.RunAsync("deploy/deploy.sh", [argument]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Empty(tools.Calls);
    }

    /// <summary>Asserts that calls beginning so were made, in this order, others between them allowed.</summary>
    internal static void AssertInOrder(IReadOnlyList<string> calls, string[] expected)
    {
        var next = 0;
        foreach (var call in calls)
        {
            if (next < expected.Length && call.StartsWith(expected[next], StringComparison.Ordinal))
                next++;
        }

        Assert.True(next == expected.Length, next == expected.Length ? "" : $"Not called in its place: {expected[next]}\nCalled:\n{string.Join('\n', calls)}");
    }

    private static RecordedTools Tools() => new RecordedTools("aws", "docker", "npx", "curl")
        .Answer("aws sts get-caller-identity*", "123456789012")
        .Answer("aws ecr get-login-password*", "password")
        .Answer("aws ecr batch-get-image*", "None")
        .Answer("aws ecr batch-get-image*--output json", """{"imageManifest":"{}","imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"}""")
        .Answer("aws ecr describe-image-scan-findings*", """{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findingSeverityCounts":{"LOW":1}}}""")
        .Answer("aws rds describe-db-snapshots*", "None")
        .Answer("aws rds describe-db-snapshots*--snapshot-type manual*", "[]")
        .Answer("aws ecs run-task*", "arn:task")
        .Answer("aws ecs describe-tasks*", """{"exit":0,"reason":"Essential container in task exited"}""")
        .Answer("aws ecs describe-task-definition*", $$"""{"taskDefinitionArn":"arn:old","revision":1,"status":"ACTIVE","family":"{{Service}}","containerDefinitions":[{"name":"api","image":"old"},{"name":"collector"}]}""")
        .Answer("aws ecs register-task-definition*", "arn:new")
        .Answer("aws ecs describe-services*networkConfiguration*", "{}")
        .Answer("aws ecs describe-services*desiredCount --output text", "2")
        .Answer("aws ecs describe-services*PRIMARY*", "arn:new");

    private static Task<ScriptRun> DeployAsync(RecordedTools tools, string environment, params string[] options) =>
        tools.RunAsync("deploy/deploy.sh", [environment, .. options], ("VERSION", "1.4.0"), ("AWS_ACCOUNT_ID", "123456789012"));
}
