using System.Text;
using System.Text.RegularExpressions;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Deploy;

/// <summary>
/// A rehearsal, from the first deployment on, by the scripts themselves in an account that remembers; what they say and what is there
/// afterwards is <c>rehearsal.log</c>. With WRITE_REHEARSAL set, the log is written anew.
/// </summary>
public sealed partial class RehearsalTests
{
    private readonly StringBuilder _log = new();

    [Fact]
    public async Task The_story_ends_where_the_runbook_says_each_time()
    {
        using var aws = new PretendAws { FailingStack = "-state" };
        aws.Set("staging", ("protected", false));

        Tell("A first deployment fails in the middle");
        await RunAsync(aws, "1.0.0", "deploy/deploy.sh", "staging");
        Tell("It is run again");
        await RunAsync(aws, "1.0.0", "deploy/deploy.sh", "staging");

        Tell("A release, with the protections that the first one began without");
        aws.Set("staging", ("protected", true));
        aws.NextImage = "sha256:b";
        await RunAsync(aws, "1.1.0", "deploy/deploy.sh", "staging");

        Tell("A change of the infrastructure alone, which replaces the tasks");
        aws.TaskChanges = true;
        await RunAsync(aws, "1.1.0", "deploy/deploy.sh", "staging", "--step", "check", "--step", "infrastructure");

        Tell("A release that does not become healthy");
        aws.NextImage = "sha256:c";
        aws.Broken.Add("sha256:c");
        await RunAsync(aws, "1.2.0", "deploy/deploy.sh", "staging");

        Tell("The release that runs is taken back too");
        await RunAsync(aws, "", "deploy/rollback.sh", "app", "staging");

        Tell("The database is returned to the newest snapshot, and breaks off while the names change");
        aws.Fail($"aws rds modify-db-instance --db-instance-identifier {ScriptSandbox.Service}-restored");
        await RunAsync(aws, "", "deploy/rollback.sh", "database", "staging");
        Tell("It is run again");
        await RunAsync(aws, "", "deploy/rollback.sh", "database", "staging");
        Tell("The database is returned to an earlier snapshot");
        await RunAsync(
            aws, "", "deploy/rollback.sh", "database", "staging", "--snapshot", aws.Snapshots[0]["DBSnapshotIdentifier"]!.ToString());

        Tell("The next release");
        aws.NextImage = "sha256:d";
        await RunAsync(aws, "1.3.0", "deploy/deploy.sh", "staging");

        var path = RepositoryRoot.Combine("Opportunities.SystemTests/Deploy/rehearsal.log");
        if (Environment.GetEnvironmentVariable("WRITE_REHEARSAL") is not null) await File.WriteAllTextAsync(path, _log.ToString());
        Assert.Equal(await File.ReadAllTextAsync(path), _log.ToString());
    }

    private void Tell(string what) => _log.Append(_log.Length == 0 ? "" : "\n").Append("# ").Append(what).Append('\n');

    private async Task RunAsync(PretendAws aws, string version, string script, params string[] arguments)
    {
        _log.Append("$ ")
            .Append(version.Length == 0 ? "" : $"VERSION={version} ")
            .Append(script)
            .Append(' ')
            .AppendJoin(' ', arguments.Select(Timeless))
            .Append('\n');
        var run = await aws.RunAsync(script, arguments, ("VERSION", version));
        var said = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in said.Where(line => line.StartsWith("==>", StringComparison.Ordinal))) _log.Append(Timeless(line)).Append('\n');
        if (!said[^1].StartsWith("==>", StringComparison.Ordinal)) _log.Append(Timeless(said[^1])).Append('\n');
        _log.Append("exit code ")
            .Append(run.ExitCode)
            .Append("; stacks ")
            .AppendJoin(", ", aws.Stacks.Select(stack => $"{stack.Key[(ScriptSandbox.Service.Length + 1)..]} {stack.Value}"));
        _log.Append("; runs ").Append(aws.Runs ?? "nothing").Append(", the tag is on ").Append(aws.Tagged ?? "nothing");
        _log.Append("; another image that could be started: ")
            .Append(string.Join(", ", aws.Armed.Where(image => image == aws.NextImage)) is { Length: > 0 } armed ? armed : "none");
        _log.Append("; database: ")
            .AppendJoin(
                ", ", aws.Instances.Select(one => Timeless($"{Short(one.Key)} with {one.Value["Data"]}")).Order(StringComparer.Ordinal))
            .Append('\n');
    }

    private static string Short(string instance) => instance.Replace("opportunity-management-service", "…", StringComparison.Ordinal);

    private static string Timeless(string text) => Moment().Replace(text, "-TIME");

    [GeneratedRegex("-[0-9]{14}")]
    private static partial Regex Moment();
}
