using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Opportunities.LocalHost;

/// <summary>A project of this solution, run as a process of its own.</summary>
public sealed class ServiceProcess : ChildProcess
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private ServiceProcess(string name, Process process, Action<string>? output) : base(name, process, output)
    {
    }

    /// <summary>Starts a service; returns before it is ready.</summary>
    /// <param name="options">Which, and how.</param>
    public static async Task<ServiceProcess> StartAsync(ServiceProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!File.Exists(options.AssemblyPath))
            throw new LocalHostException($"{options.Name} is not built: there is no {options.AssemblyPath}. Run `dotnet build` first.");
        var command = new LaunchCommand(DotNet(), ["exec", options.AssemblyPath, .. options.Arguments])
        {
            // Where its appsettings.json is.
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(options.AssemblyPath)),
            Environment = options.Environment,
        };
        return new ServiceProcess(options.Name, await SpawnAsync(command, ProcessSignal.Terminate), options.Output);
    }

    /// <summary>Waits until an address of the service answers with success.</summary>
    /// <param name="url">What is asked, again and again.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="LocalHostException">The service ended, or the time is over; the message has its last lines.</exception>
    public async Task WaitForHttpAsync(Uri url, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var elapsed = Stopwatch.StartNew();
        var answer = "nothing";
        while (elapsed.Elapsed < limit)
        {
            if (ExitCode is { } exitCode)
                throw new LocalHostException($"{Name} ended with exit code {exitCode} before it answered at {url}. {Tail()}");
            try
            {
                using var response = await Http.GetAsync(url, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
                answer = $"{(int)response.StatusCode}";
            }
            catch (Exception exception) when (exception is HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                answer = exception.Message;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
        throw new LocalHostException($"{Name} did not answer with success at {url} within {limit.TotalSeconds:0} s, but: {answer}. {Tail()}");
    }

    /// <summary>The last lines, to go into a message.</summary>
    internal string Tail(int count = 15) => LastLines is { Count: > 0 } lines
        ? $"Its last lines:{Environment.NewLine}{string.Join(Environment.NewLine, lines.TakeLast(count))}"
        : "It wrote nothing.";

    /// <summary>The <c>dotnet</c> that runs this process, which has the runtime that the service needs; PATH may have another.</summary>
    private static string DotNet()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Executables.Find("dotnet", [root, .. Executables.SearchPath])
            ?? throw new LocalHostException("There is no `dotnet` on PATH: install the .NET 10 SDK.");
    }
}
