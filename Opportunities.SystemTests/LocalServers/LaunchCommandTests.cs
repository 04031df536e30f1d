using Opportunities.LocalServers;

namespace Opportunities.SystemTests.LocalServers;

public sealed class LaunchCommandTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_gets_its_input_its_directory_and_its_environment()
    {
        var command = Shell("read line; echo $line; pwd; echo $ADDED ${HOME-removed} >&2; exit 3") with
        {
            Environment = new Dictionary<string, string?> { ["ADDED"] = "added", ["HOME"] = null },
        };

        var (exitCode, output) = await command.RunAsync(default, "input\n");

        Assert.Equal(3, exitCode);
        Assert.Equal($"input\n{_directory.Path}\nadded removed", output);
    }

    [Fact]
    public async Task One_that_is_cancelled_is_killed_with_its_children()
    {
        using var cancellation = new CancellationTokenSource();
        var run = Shell("trap '' INT TERM; sleep 600 & echo $! > child; mv child started; wait").RunAsync(cancellation.Token);
        await Eventually.TrueAsync(() => File.Exists(_directory["started"]));
        var child = int.Parse(await File.ReadAllTextAsync(_directory["started"]));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(30)));
        await Eventually.TrueAsync(() => !ChildProcessTests.IsRunning(child));
    }

    private LaunchCommand Shell(string script) => new("/bin/sh", "-c", script) { WorkingDirectory = _directory.Path };
}
