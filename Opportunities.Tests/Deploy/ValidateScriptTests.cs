using System.Text.Json.Nodes;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Deploy;

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
            ["functional", "performance", "security", "monitoring"], report["checks"]!.AsArray().Select(check => check!["section"]!.ToString()).Distinct());
        Assert.Equal(_notHere, report["checks"]!.AsArray().Where(check => check!["result"]!.ToString() == "not applicable here").Select(check => check!["name"]!.ToString()));
    }

    [Fact]
    public async Task A_system_that_does_not_answer_fails_check_by_check()
    {
        using var tools = new RecordedTools("docker").Answer("docker info*", "", exitCode: 1);
        using var directory = new TestDirectory();
        var run = await tools.RunAsync(
            "deploy/validate.sh",
            ["http://127.0.0.1:1", "--auth-url", "http://127.0.0.1:1/oauth2/token", "--quick", "--skip", "performance", "--report", directory["report.json"]]);
        Assert.Equal(1, run.ExitCode);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(directory["report.json"]))!;
        Assert.Equal((0, 13), ((int)report["passed"]!, (int)report["failed"]!));
        Assert.Contains("fail                 functional: health", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitoring_is_asked_of_cloudwatch_as_the_document_does()
    {
        using var tools = new RecordedTools("aws")
            .Answer("aws cloudwatch describe-alarms*", """{"MetricAlarms":[{"AlarmName":"opportunity-management-service-cpu","StateValue":"OK"}]}""")
            .Answer("aws logs describe-log-streams*", "api/api/1")
            .Answer("aws logs get-log-events*", """{"events":[{"message":"started"}]}""")
            .Answer("aws cloudwatch get-dashboard*", "arn:dashboard");
        var (run, report) = await MonitoringAsync(tools);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(3, (int)report["passed"]!);
        DeployScriptTests.AssertInOrder(tools.Calls,
        [
            "aws cloudwatch describe-alarms --alarm-name-prefix opportunity-management-service",
            "aws logs describe-log-streams --log-group-name /aws/ecs/opportunity-management-service --order-by LastEventTime --descending --limit 1 --query logStreams[0].logStreamName --output text",
            "aws logs get-log-events --log-group-name /aws/ecs/opportunity-management-service --log-stream-name api/api/1",
            "aws cloudwatch get-dashboard --dashboard-name OpportunityManagementService",
        ]);
    }

    [Fact]
    public async Task An_alarm_that_is_raised_fails_the_validation()
    {
        using var tools = new RecordedTools("aws")
            .Answer("aws cloudwatch describe-alarms*", """{"MetricAlarms":[{"AlarmName":"opportunity-management-service-cpu","StateValue":"ALARM"}]}""");
        var (run, report) = await MonitoringAsync(tools);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("opportunity-management-service-cpu", report["checks"]!.AsArray().Single(check => check!["name"]!.ToString() == "alarms")!["detail"]!.ToString(), StringComparison.Ordinal);
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

    private static async Task<(ScriptRun Run, JsonNode Report)> MonitoringAsync(RecordedTools tools)
    {
        using var directory = new TestDirectory();
        var run = await tools.RunAsync(
            "deploy/validate.sh",
            ["https://api.example.com", "--env", "prod", "--auth-url", "https://auth.example.com/oauth2/token", "--skip", "functional", "--skip", "performance", "--skip", "security", "--report", directory["report.json"]],
            ("TOKEN", "token"), ("LIMITED_TOKEN", "token"));
        return (run, JsonNode.Parse(await File.ReadAllTextAsync(directory["report.json"]))!);
    }
}
