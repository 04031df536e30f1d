using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Deploy;

/// <summary><c>deploy/validate.sh</c> against the local system, and against nothing.</summary>
[Collection(SystemCollection.Name)]
public sealed class ValidateScriptTests(TestSystem system)
{
    private static readonly string[] _notHere = ["TLS 1.2 or newer only", "OWASP ZAP", "alarms", "logs", "dashboard"];

    [Fact]
    public async Task Every_section_that_applies_passes_on_a_local_system()
    {
        using var tools = new RecordedTools("docker").Answer("docker info*", "", exitCode: 1);
        using var directory = new TestDirectory();
        var run = await tools.RunAsync(
            "deploy/validate.sh",
            [system.Api.ToString(), "--auth-url", system.TokenEndpoint.ToString(), "--quick", "--report", directory["report.json"]],
            // How fast this machine is at this moment is not what is tested.
            ("MAX_P95_MS", "30000"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(directory["report.json"]))!;
        Assert.Equal((20, 0, 5), ((int)report["passed"]!, (int)report["failed"]!, (int)report["not_applicable"]!));
        Assert.Equal(
            ["functional", "performance", "security", "monitoring"],
            report["checks"]!.AsArray().Select(check => check!["section"]!.ToString()).Distinct());
        Assert.Equal(_notHere, report["checks"]!.AsArray()
            .Where(check => check!["result"]!.ToString() == "not applicable here")
            .Select(check => check!["name"]!.ToString()));
    }

    [Fact]
    public async Task A_system_that_does_not_answer_fails_check_by_check()
    {
        using var tools = new RecordedTools("docker").Answer("docker info*", "", exitCode: 1);
        using var directory = new TestDirectory();
        var run = await tools.RunAsync(
            "deploy/validate.sh",
            [
                "http://127.0.0.1:1", "--auth-url", "http://127.0.0.1:1/oauth2/token", "--quick", "--skip", "performance", "--report",
                directory["report.json"],
            ]);
        Assert.Equal(1, run.ExitCode);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(directory["report.json"]))!;
        Assert.Equal((0, 13), ((int)report["passed"]!, (int)report["failed"]!));
        Assert.Contains("fail                 functional: health", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitoring_is_asked_of_cloudwatch_as_the_document_does()
    {
        using var tools = CloudWatch();
        var (run, report) = await MonitoringAsync(tools, ("ALARM_MINUTES", "0"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(3, (int)report["passed"]!);
        DeployScriptTests.AssertInOrder(tools.Calls,
        [
            "aws cloudwatch describe-alarms --alarm-name-prefix opportunity-management-service",
            "aws logs describe-log-streams --log-group-name /aws/ecs/opportunity-management-service --order-by LastEventTime --descending "
            + "--limit 1 --query logStreams[0].logStreamName --output text",
            "aws logs get-log-events --log-group-name /aws/ecs/opportunity-management-service --log-stream-name api/api/1",
            "aws cloudwatch get-dashboard --dashboard-name OpportunityManagementService",
        ]);
    }

    [Fact]
    public async Task An_alarm_that_is_raised_and_goes_on_fails_the_validation()
    {
        using var tools = CloudWatch().Answer("aws cloudwatch describe-alarms*", Alarm("ALARM"));
        var (run, report) = await MonitoringAsync(tools, ("ALARM_MINUTES", "0"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("in alarm, and not before: opportunity-management-service-cpu", Detail(report, "alarms"));
    }

    [Fact]
    public async Task An_alarm_that_rang_before_is_not_the_releases_fault()
    {
        using var tools = CloudWatch().Answer("aws cloudwatch describe-alarms*", Alarm("ALARM"));
        var before = await tools.RunAsync("deploy/alarms.sh", ["prod"]);
        Assert.Equal("opportunity-management-service-cpu\n", before.Succeeded().Output);
        await File.WriteAllTextAsync(Path.Combine(tools.Root, "before"), before.Output);
        var (run, _) = await MonitoringAsync(tools, ("ALARM_MINUTES", "0"), "--alarms-before", Path.Combine(tools.Root, "before"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public async Task An_alarm_that_a_deployment_rings_has_time_to_end()
    {
        using var tools = CloudWatch().Answer("aws cloudwatch describe-alarms*", Alarm("ALARM"), times: 2);
        var (run, _) = await MonitoringAsync(tools, ("ALARM_MINUTES", "10"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(3, tools.Calls.Count(call => call.StartsWith("aws cloudwatch describe-alarms", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_system_without_alarms_is_not_watched()
    {
        using var tools = CloudWatch().Answer("aws cloudwatch describe-alarms*", """{"MetricAlarms":[]}""");
        var (run, report) = await MonitoringAsync(tools, ("ALARM_MINUTES", "10"));
        Assert.Equal((1, "there is no alarm"), (run.ExitCode, Detail(report, "alarms")));
    }

    [Theory]
    [InlineData("aws sts*", "Unable to locate credentials")]
    [InlineData("aws cloudformation*", "ExpiredToken")]
    public async Task What_is_not_the_releases_fault_does_not_end_like_a_failed_check(string call, string sentence)
    {
        using var tools = CloudWatch().Answer(call, sentence, exitCode: 254);
        var run = await tools.RunAsync("deploy/validate.sh", ["--env", "prod"]);
        Assert.True(run.ExitCode == 2, run.Output + run.Error);
    }

    [Fact]
    public async Task The_environments_address_is_the_one_of_its_settings()
    {
        using var tools = CloudWatch();
        var run = await tools.RunAsync(
            "deploy/validate.sh", ["--env", "staging", "--skip", "functional", "--skip", "performance", "--skip", "security"],
            ("TOKEN", "t"), ("LIMITED_TOKEN", "t"));
        Assert.Contains("Validating https://staging-api.example.com", run.Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zap_can_write_its_report_and_one_that_wrote_none_has_failed()
    {
        using var tools = new RecordedTools("docker");
        var run = await tools.RunAsync("deploy/zap.sh", ["https://api.example.com/"]);
        Assert.NotEqual(0, run.ExitCode);
        var folder = new DirectoryInfo(Path.Combine(tools.Root, "zap-report"));
        Assert.True(folder.UnixFileMode.HasFlag(UnixFileMode.OtherWrite));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "zap-report.html"), "<html>");
        (await tools.RunAsync("deploy/zap.sh", ["https://api.example.com/"])).Succeeded();
        Assert.Contains(
            tools.Calls, call => call.Contains("zap-baseline.py -t https://api.example.com/ -r zap-report.html", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense", "Usage:")]
    [InlineData("https://api.example.com", "Where do tokens come from?")]
    public async Task What_cannot_begin_says_so(string url, string sentence)
    {
        using var tools = new RecordedTools("aws", "docker");
        var run = await tools.RunAsync("deploy/validate.sh", [url]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private static string Alarm(string state) =>
        $$"""{"MetricAlarms":[{"AlarmName":"opportunity-management-service-cpu","StateValue":"{{state}}"}]}""";

    private static string Detail(JsonNode report, string check) =>
        report["checks"]!.AsArray().Single(one => one!["name"]!.ToString() == check)!["detail"]!.ToString();

    private static RecordedTools CloudWatch() => new RecordedTools("aws")
        .Answer("aws sts get-caller-identity*", ScriptSandbox.Account)
        .Answer("aws cloudformation describe-stacks*TokenEndpoint*", "https://auth.example.com/oauth2/token")
        .Answer("aws cloudwatch describe-alarms*", Alarm("OK"))
        .Answer("aws logs describe-log-streams*", "api/api/1")
        .Answer("aws logs get-log-events*", """{"events":[{"message":"started"}]}""")
        .Answer("aws cloudwatch get-dashboard*", "arn:dashboard");

    private static async Task<(ScriptRun Run, JsonNode Report)> MonitoringAsync(
        RecordedTools tools, (string Name, string Value) variable, params string[] options)
    {
        using var directory = new TestDirectory();
        var run = await tools.RunAsync(
            "deploy/validate.sh",
            [
                "https://api.example.com", "--env", "prod", "--auth-url", "https://auth.example.com/oauth2/token", "--skip", "functional",
                "--skip", "performance", "--skip", "security", "--report", directory["report.json"], .. options,
            ],
            ("TOKEN", "token"), ("LIMITED_TOKEN", "token"), ("POLL_SECONDS", "0"), variable);
        return (run, JsonNode.Parse(await File.ReadAllTextAsync(directory["report.json"]))!);
    }
}
