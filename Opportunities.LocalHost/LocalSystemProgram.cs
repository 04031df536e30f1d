using Opportunities.ServiceDefaults;

namespace Opportunities.LocalHost;

/// <summary>Runs the developer's own system in a terminal until it is told to stop.</summary>
public static class LocalSystemProgram
{
    /// <summary>Set by <c>./run</c> to the process that started this one, and with which it ends.</summary>
    private const string RunProcessVariable = "OPPORTUNITIES_RUN_PROCESS";

    /// <summary>Starts, waits, stops.</summary>
    /// <param name="arguments">None is understood.</param>
    /// <returns>The exit code: 0 after Ctrl+C or SIGTERM.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                $"`{string.Join(' ', arguments)}` is for the Aspire application, and the NuGet sources of this build lack Aspire: "
                + "without arguments, the system is run as plain processes.");
            return 2;
        }

        var console = new PrefixedConsole(Console.Out, PrefixedConsole.TerminalHasColour);
        using var stop = new CancellationTokenSource();
        using var signals = StopSignals.Register(stop);
        using var parent = ParentWatch.Start(RunProcessVariable, stop);
        try
        {
            return await RunAsync(console, stop.Token);
        }
        catch (LocalHostException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> RunAsync(PrefixedConsole console, CancellationToken stop)
    {
        await using var system = await LocalSystem.StartAsync(Options(console), stop);
        console.Write(Welcome.Text(system.Endpoints));
        return await WaitAsync(system, console, stop);
    }

    /// <summary>Tells who dies; without the API or its database there is nothing left to run for.</summary>
    private static async Task<int> WaitAsync(LocalSystem system, PrefixedConsole console, CancellationToken stop)
    {
        var running = system.Exits.ToDictionary(exit => exit.Value, exit => exit.Key);
        var stopped = Task.Delay(Timeout.Infinite, stop);
        while (true)
        {
            var ended = await Task.WhenAny([stopped, .. running.Keys]);
            if (ended == stopped)
                return 0;
            running.Remove((Task<int>)ended, out var name);
            var exitCode = await (Task<int>)ended;
            var isEnd = name is ResourceNames.Api or ResourceNames.Postgres;
            var consequence = isEnd ? "the system stops" : "the others go on without it";
            console.WriteProgress(name!, $"ended by itself with exit code {exitCode}; {consequence}");
            if (isEnd)
                return 1;
        }
    }

    private static LocalSystemOptions Options(PrefixedConsole console)
    {
        var colour = new Dictionary<string, string?>
        {
            ["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = console.HasColour ? "1" : null,
        };
        return new LocalSystemOptions
        {
            DataDirectory = LocalSystemOptions.UsualDataDirectory,
            EndpointsFile = EndpointsFile.UsualPath,
            Ports = LocalSystemPorts.Usual,
            HasDashboard = true,
            Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>>
            {
                [ResourceNames.Migrations] = colour,
                [ResourceNames.Identity] = colour,
                [ResourceNames.Api] = colour,
            },
            Output = console.WriteOutput,
            Progress = console.WriteProgress,
        };
    }
}
