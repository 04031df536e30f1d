using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Deploy;

/// <summary><c>deploy/rollback.sh database</c> in an account that remembers.</summary>
public sealed class DatabaseRollbackTests
{
    private const string Service = ScriptSandbox.Service;

    [Fact]
    public async Task The_snapshot_takes_the_place_and_the_name_of_the_present_instance()
    {
        using var aws = Aws();
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("snapshot-2", Data(aws, Service));
        Assert.Equal("nothing", Data(aws, $"{Service}-of-20260101000000"));
        Assert.Equal(2, aws.Instances.Count);
        Assert.Equal(aws.Instances[Service]["Endpoint"]!["Address"]!.ToString(), aws.Secret["host"]!.ToString());
        DeployScriptTests.AssertInOrder(aws.Calls,
        [
            $"aws rds describe-db-snapshots --db-instance-identifier {Service}",
            "aws rds restore-db-instance-from-db-snapshot",
            "aws rds modify-db-instance --query DBInstance.DBInstanceStatus --output text --cli-input-json",
            $"aws rds modify-db-instance --db-instance-identifier {Service} --new-db-instance-identifier {Service}-of-20260101000000",
            $"aws rds modify-db-instance --db-instance-identifier {Service}-restored-20261102040000 --new-db-instance-identifier {Service}",
            "aws ecs run-task",
            $"aws ecs update-service --cluster {Service}-staging --service {Service} --force-new-deployment",
            "curl",
        ]);
        Assert.DoesNotContain("hunter2", string.Join('\n', aws.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_restored_instance_has_every_setting_of_the_one_before()
    {
        using var aws = Aws();
        var before = aws.Instances[Service].DeepClone().AsObject();
        (await RunAsync(aws)).Succeeded();
        var after = aws.Instances[Service];
        foreach (var (setting, value) in before.Where(
            member => member.Key is not ("InstanceCreateTime" or "Data" or "MasterUserSecret" or "TagList")))
        {
            Assert.True(JsonNode.DeepEquals(value, after[setting]), $"{setting} was {value} and is {after[setting]}");
        }

        Assert.Equal("active", after["MasterUserSecret"]!["SecretStatus"]!.ToString());
        Assert.Contains($"rds!db-of-snapshot-2-Ef34Gh:password::", string.Join('\n', aws.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_restore_restores_what_was_asked_for()
    {
        using var aws = Aws();
        (await RunAsync(aws)).Succeeded();
        (await RunAsync(aws, "--snapshot", "snapshot-1")).Succeeded();
        Assert.Equal("snapshot-1", Data(aws, Service));
        Assert.Equal(3, aws.Instances.Count);
        Assert.Equal(2, aws.Calls.Count(call => call.StartsWith("aws rds restore", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_snapshot_can_be_restored_twice()
    {
        using var aws = Aws();
        (await RunAsync(aws, "--snapshot", "snapshot-1")).Succeeded();
        (await RunAsync(aws, "--snapshot", "snapshot-1")).Succeeded();
        Assert.Equal(2, aws.Calls.Count(call => call.StartsWith("aws rds restore", StringComparison.Ordinal)));
        Assert.Equal(3, aws.Instances.Count);
    }

    [Fact]
    public async Task Between_two_restores_a_release_takes_its_snapshot_of_the_instance_in_use()
    {
        using var aws = Aws();
        (await RunAsync(aws)).Succeeded();
        (await aws.RunAsync("deploy/deploy.sh", ["staging"], ("VERSION", "2.0.0"))).Succeeded();
        Assert.Equal(Service, aws.Snapshots[^1]["DBInstanceIdentifier"]!.ToString());
    }

    [Fact]
    public async Task A_snapshot_that_is_being_taken_is_not_the_newest()
    {
        using var aws = Aws().Snapshot("snapshot-3", "creating");
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("snapshot-2", Data(aws, Service));
        (await RunAsync(aws, "--snapshot", "snapshot-3")).Failed("There is no snapshot snapshot-3 that can be used. Nothing was done.");
    }

    [Theory]
    [InlineData("aws rds describe-db-snapshots", 1, "find the snapshot")]
    [InlineData("aws rds restore-db-instance", 1, "restore snapshot-2 as")]
    [InlineData("aws rds modify-db-instance --query", 1, "give opportunity-management-service-restored-20261102040000 the settings")]
    [InlineData(
        $"aws rds modify-db-instance --db-instance-identifier {Service} ", 1,
        "give opportunity-management-service-restored-20261102040000 the name")]
    [InlineData(
        $"aws rds modify-db-instance --db-instance-identifier {Service}-restored", 1,
        "give opportunity-management-service-restored-20261102040000 the name")]
    [InlineData("aws secretsmanager put-secret-value", 1, "point the secret to it")]
    [InlineData("aws ecs run-task", 1, "bring its schema")]
    [InlineData("aws ecs update-service", 1, "replace the tasks")]
    [InlineData("curl", 1, "verify")]
    public async Task A_step_that_fails_says_how_to_go_on_and_run_again_it_goes_on_where_it_stopped(string call, int times, string step)
    {
        using var aws = Aws().Fail(call, times);
        aws.Secret["host"] = "an-address-of-before";
        var run = await RunAsync(aws);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith($"Failed in: {step}", StringComparison.Ordinal)
            && line.Contains("again", StringComparison.Ordinal) | line.Contains("Nothing was done", StringComparison.Ordinal));
        // The night's snapshot must not be taken for the one that was begun with.
        if (step != "find the snapshot" && !step.StartsWith("restore", StringComparison.Ordinal)) aws.Snapshot("snapshot-3");
        (await RunAsync(aws)).Succeeded();
        Assert.Equal("snapshot-2", Data(aws, Service));
        Assert.Equal(2, aws.Instances.Count);
        Assert.NotEqual("an-address-of-before", aws.Secret["host"]!.ToString());
        Assert.Equal("opportunities_api", aws.Secret["username"]!.ToString());
    }

    [Fact]
    public async Task Another_snapshot_is_not_mixed_up_with_a_restore_that_was_begun()
    {
        using var aws = Aws().Fail($"aws rds modify-db-instance --db-instance-identifier {Service} ");
        Assert.NotEqual(0, (await RunAsync(aws)).ExitCode);
        (await RunAsync(aws, "--snapshot", "snapshot-1")).Failed("A return to snapshot-2 was begun");
        Assert.Single(aws.Calls, call => call.StartsWith("aws rds restore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_that_nobody_says_the_origin_of_is_not_taken()
    {
        using var aws = Aws();
        aws.Instance($"{Service}-restored-20260101000000");
        (await RunAsync(aws)).Failed("does not say what it was made from: rename or delete it. Nothing was done.");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task A_secret_that_names_another_instance_is_for_a_person_to_look_at()
    {
        using var aws = Aws();
        aws.Secret["dbInstanceIdentifier"] = $"{Service}-restored";
        (await RunAsync(aws)).Failed($"The secret {Service}/database names the instance {Service}-restored");
        Assert.Empty(aws.Changes);
    }

    [Fact]
    public async Task Without_a_snapshot_nothing_is_done()
    {
        using var aws = new PretendAws().Released("sha256:a");
        (await RunAsync(aws)).Failed($"There is no snapshot of {Service} that can be used. Nothing was done.");
        Assert.Empty(aws.Changes);
    }

    private static string Data(PretendAws aws, string instance) => aws.Instances[instance]["Data"]!.ToString();

    private static PretendAws Aws() => new PretendAws().Released("sha256:a")
        .Snapshot("snapshot-1", time: "2026-11-01T04:00:00.000Z").Snapshot("snapshot-2", time: "2026-11-02T04:00:00.000Z");

    private static Task<ScriptRun> RunAsync(PretendAws aws, params string[] options) =>
        aws.RunAsync("deploy/rollback.sh", ["database", "staging", .. options]);
}
