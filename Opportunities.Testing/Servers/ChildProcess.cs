using System.Diagnostics;
using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>
/// A long-running process of ours: its lines are handed on, it is stopped in bounded time, and (on Linux, where <c>setpriv</c>
/// and <c>setsid</c> are found) it does not outlive this process, even when this one is killed.
/// </summary>
public class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 40;

    private readonly Process _process;
    private readonly Action<string>? _output;
    private readonly Queue<string> _lastLines = new();

    private protected ChildProcess(string name, Process process, Action<string>? output)
    {
        Name = name;
        _process = process;
        _output = output;
        // Whatever occupies the caller's context, the lines are read.
        Exited = Task.Run(ObserveAsync);
    }

    /// <summary>What the process is called in messages.</summary>
    public string Name { get; }

    /// <summary>The process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Completes with the exit code when the process has ended and its last lines are handed on.</summary>
    public Task<int> Exited { get; }

    /// <summary>The exit code; null while it runs. After a signal it is 128 and the number of the signal.</summary>
    public int? ExitCode => Exited.IsCompletedSuccessfully ? Exited.Result : null;

    /// <summary>The last lines that it wrote.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lastLines)
                return [.. _lastLines];
        }
    }

    /// <summary>Starts a program.</summary>
    internal static async Task<ChildProcess> StartAsync(
        string name, LaunchCommand command, ProcessSignal onParentDeath, Action<string>? output, UnprivilegedUser? user = null) =>
        new(name, await SpawnAsync(command, onParentDeath, user), output);

    /// <summary>Asks the process to stop, and kills it with its children when it does not in time.</summary>
    /// <param name="limit">How long it may take; 10 seconds when not given.</param>
    public Task StopAsync(TimeSpan? limit = null) => StopAsync(ProcessSignal.Terminate, limit);

    /// <summary>Kills the process and its children at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (!Exited.IsCompleted) _process.Kill(entireProcessTree: true);
        await Exited;
    }

    /// <summary>Makes the process stand still, as a hung one does, until <see cref="Resume"/>.</summary>
    public void Pause() => Send(ProcessSignal.Stop);

    /// <summary>Lets a paused process go on.</summary>
    public void Resume() => Send(ProcessSignal.Continue);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until the program is ready; it is stopped when that fails.</summary>
    /// <returns>False when it has ended by itself.</returns>
    internal async Task<bool> WaitUntilReadyAsync(Func<Task<bool>> isReady, TimeSpan limit, CancellationToken cancellationToken)
    {
        var elapsed = Stopwatch.StartNew();
        try
        {
            while (!Exited.IsCompleted && !await isReady())
            {
                if (elapsed.Elapsed > limit)
                {
                    var lastLine = LastLines.AsEnumerable().LastOrDefault();
                    throw new LocalServerException($"{Name} was not ready within {limit.TotalSeconds:0} s. Its last line: {lastLine}");
                }
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
            return !Exited.IsCompleted;
        }
        catch
        {
            await KillAsync();
            throw;
        }
    }

    /// <summary>Stops the process with the signal that it takes as the request to.</summary>
    internal async Task StopAsync(ProcessSignal signal, TimeSpan? limit = null)
    {
        // Windows has no such signal, and killing is all there is.
        if (!OperatingSystem.IsWindows())
        {
            Send(signal);
            Send(ProcessSignal.Continue);
            await Task.WhenAny(Exited, Task.Delay(limit ?? TimeSpan.FromSeconds(10)));
        }
        await KillAsync();
    }

    private protected static Task<Process> SpawnAsync(LaunchCommand command, ProcessSignal onParentDeath, UnprivilegedUser? user = null)
    {
        command = BoundToThisProcess(command, onParentDeath);
        if (user is not null) command = user.Wrap(command);
        return SpawnThread.StartAsync(StartInfo(InOwnSession(command)));
    }

    private static ProcessStartInfo StartInfo(LaunchCommand command)
    {
        var startInfo = new ProcessStartInfo(command.Executable, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment) startInfo.Environment[name] = value;
        return startInfo;
    }

    private void Send(ProcessSignal signal)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has no signals.");
        if (!Exited.IsCompleted && !_process.HasExited) Signals.Send(_process.Id, signal);
    }

    private async Task<int> ObserveAsync()
    {
        var lines = Task.WhenAll(PumpAsync(_process.StandardOutput), PumpAsync(_process.StandardError));
        await _process.WaitForExitAsync();
        var exitCode = _process.ExitCode;
        // A grandchild may hold the pipes open after the process has ended: do not wait for it.
        await Task.WhenAny(lines, Task.Delay(TimeSpan.FromSeconds(5)));
        return exitCode;
    }

    private async Task PumpAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lastLines)
            {
                if (_lastLines.Count == KeptLines) _lastLines.Dequeue();
                _lastLines.Enqueue(line);
            }
            _output?.Invoke(line);
        }
    }

    /// <summary>
    /// A change of user clears the signal, so this is what the new user's first program does. Where it is not to be had, a child
    /// of a killed process lives on, and the next start says who holds the data folder or the port.
    /// </summary>
    private static LaunchCommand BoundToThisProcess(LaunchCommand command, ProcessSignal onParentDeath)
    {
        if (!OperatingSystem.IsLinux() || Executables.Find("setpriv", Executables.SearchPath) is not { } setpriv) return command;
        var signal = onParentDeath switch
        {
            ProcessSignal.Interrupt => "INT",
            ProcessSignal.Terminate => "TERM",
            _ => "KILL",
        };
        return command.Through(setpriv, "--pdeathsig", signal, "--");
    }

    /// <summary>In a session of its own it does not get the terminal's Ctrl+C: who started it stops it, in order.</summary>
    private static LaunchCommand InOwnSession(LaunchCommand command) =>
        OperatingSystem.IsLinux() && Executables.Find("setsid", Executables.SearchPath) is { } setsid ? command.Through(setsid) : command;
}
