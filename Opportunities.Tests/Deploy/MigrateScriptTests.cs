using System.Diagnostics;
using Opportunities.LocalServers;

namespace Opportunities.Tests.Deploy;

/// <summary>The document's command for the migrations, and the script behind it.</summary>
public sealed class MigrateScriptTests
{
    private const string Service = "opportunity-management-service";

    [Fact]
    public async Task The_documents_python_command_runs_the_migrations_of_the_accounts_environment()
    {
        using var tools = Tools();
        tools.Answer("aws ecs list-clusters*", $"arn:aws:ecs:us-east-1:123456789012:cluster/{Service}-staging");
        var run = await tools.RunAsync(await PythonAsync(), ["-m", "opportunity_management_service.adapters.db_migrations"], ("PYTHONPATH", RepositoryRoot.Path), ("PYTHONDONTWRITEBYTECODE", "1"));
        Assert.True(run.ExitCode == 0, run.Error);
        DeployScriptTests.AssertInOrder(tools.Calls,
            ["aws ecs list-clusters", $"aws ecs run-task --cluster {Service}-staging --task-definition {Service}-migrations", "aws ecs wait tasks-stopped", "aws ecs describe-tasks"]);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData($"cluster/{Service}-dev cluster/{Service}-prod", 2)]
    public async Task Which_environment_is_meant_is_not_guessed(string clusters, int count)
    {
        using var tools = Tools();
        tools.Answer("aws ecs list-clusters*", clusters);
        var run = await tools.RunAsync("deploy/migrate.sh", []);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"This account has {count} clusters", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aws ecs run-task*", "None", "ECS did not start the task.")]
    [InlineData("aws ecs describe-tasks*", """{"exit":null,"reason":"CannotPullContainerError"}""", "exit code none: CannotPullContainerError")]
    [InlineData("aws ecs describe-tasks*", """{"exit":1,"reason":"Essential container in task exited"}""", "exit code 1: Essential container in task exited")]
    public async Task A_task_that_did_not_succeed_is_a_failure(string call, string answer, string sentence)
    {
        using var tools = Tools();
        tools.Answer(call, answer);
        var run = await tools.RunAsync("deploy/migrate.sh", ["dev"]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Contains("The service was not touched.", run.Error, StringComparison.Ordinal);
    }

    /// <summary>The interpreter itself: what stands under its name on PATH may be a shim that puts other tools before the recorded ones.</summary>
    private static async Task<string> PythonAsync()
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", "import sys; print(sys.executable)"]) { RedirectStandardOutput = true })!;
        return (await python.StandardOutput.ReadToEndAsync()).Trim();
    }

    private static RecordedTools Tools() => new RecordedTools("aws")
        .Answer("aws ecs run-task*", "arn:task")
        .Answer("aws ecs describe-services*", "{}")
        .Answer("aws ecs describe-tasks*", """{"exit":0,"reason":"Essential container in task exited"}""");
}
