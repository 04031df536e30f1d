using System.Collections.Concurrent;
using System.Diagnostics;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.LocalServers;

public sealed class ChildProcessTests
{
    private readonly ConcurrentQueue<string> _lines = new();

    [Fact]
    public async Task Its_lines_of_both_streams_and_its_exit_code_are_handed_on()
    {
        await using var process = await ShellAsync("echo out; echo err >&2; exit 3");

        Assert.Equal(3, await process.Exited);
        Assert.Equal(3, process.ExitCode);
        Assert.Equal(["err", "out"], _lines.Order());
        Assert.Equal(["err", "out"], process.LastLines.Order());
    }

    [Fact]
    public async Task Only_the_last_lines_are_kept()
    {
        await using var process = await ShellAsync("i=0; while [ $i -lt 1000 ]; do echo $i; i=$((i+1)); done");

        await process.Exited;

        Assert.Equal(1000, _lines.Count);
        Assert.Equal("999", process.LastLines[^1]);
        Assert.True(process.LastLines.Count < 100);
    }

    [Fact]
    public async Task It_is_asked_to_stop_first()
    {
        await using var process = await ShellAsync("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        await Eventually.TrueAsync(() => _lines.Contains("ready"));

        await process.StopAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("bye", _lines);
    }

    [Fact]
    public async Task One_that_does_not_stop_in_time_is_killed_with_its_children()
    {
        await using var process = await ShellAsync("trap '' TERM; sleep 600 & echo $!; wait; wait; sleep 600");
        await Eventually.TrueAsync(() => !_lines.IsEmpty);
        var child = int.Parse(_lines.Single());

        await process.StopAsync(TimeSpan.FromMilliseconds(200));

        Assert.Equal(128 + 9, process.ExitCode);
        await Eventually.TrueAsync(() => !IsRunning(child));
    }

    [Fact]
    public async Task One_that_ended_leaving_a_child_with_its_pipes_is_seen_to_have_ended()
    {
        var elapsed = Stopwatch.StartNew();
        await using var process = await ShellAsync("sleep 30 & echo $!");

        Assert.Equal(0, await process.Exited);
        Assert.True(elapsed.Elapsed < TimeSpan.FromSeconds(20));

        using var child = Process.GetProcessById(int.Parse(_lines.Single()));
        child.Kill();
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_reach_it()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var process = await ShellAsync("ps -o sid= -p $$; exec sleep 600");
        await Eventually.TrueAsync(() => !_lines.IsEmpty);

        // The leader of a session of its own is in no foreground process group of the terminal's.
        Assert.Equal(process.ProcessId, int.Parse(_lines.Single()));
    }

    private Task<ChildProcess> ShellAsync(string script) =>
        ChildProcess.StartAsync("shell", new LaunchCommand("/bin/sh", "-c", script), ProcessSignal.Kill, _lines.Enqueue);

    internal static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
