using System.Diagnostics;
using System.Runtime.InteropServices;

using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>A project of this solution, run as a process of its own.</summary>
public sealed class ServiceProcess : ChildProcess
{
    private readonly Uri? _baseAddress;

    private ServiceProcess(ServiceProcessOptions options, Process process) : base(options.Name, process, options.Output) =>
        _baseAddress = options.BaseAddress;

    /// <summary>Where it listens.</summary>
    public Uri BaseAddress => _baseAddress ?? throw new InvalidOperationException($"{Name} does not listen.");

    /// <summary>Starts a service; returns before it is ready.</summary>
    /// <param name="options">Which, and how.</param>
    public static async Task<ServiceProcess> StartAsync(ServiceProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!File.Exists(options.AssemblyPath))
            throw new LocalServerException($"{options.Name} is not built: there is no {options.AssemblyPath}. Run `dotnet build` first.");
        var environment = options.Environment.ToDictionary();
        if (options.BaseAddress is not null) environment["ASPNETCORE_URLS"] = options.BaseAddress.Text();
        var command = new LaunchCommand(DotNet(), ["exec", options.AssemblyPath, .. options.Arguments])
        {
            // Where its appsettings.json is.
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(options.AssemblyPath)),
            Environment = environment,
        };
        return new ServiceProcess(options, await SpawnAsync(command, ProcessSignal.Terminate));
    }

    /// <summary>Waits until <c>/health</c> of the service answers with success.</summary>
    /// <param name="limit">For how long.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="LocalServerException">The service ended, or the time is over; the message has its last lines.</exception>
    public Task WaitUntilHealthyAsync(TimeSpan limit, CancellationToken cancellationToken = default) =>
        WaitForHttpAsync(new Uri(BaseAddress, "/health"), limit, cancellationToken);

    /// <summary>Waits until an address of the service answers with success.</summary>
    /// <param name="url">What is asked, again and again.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="LocalServerException">The service ended, or the time is over; the message has its last lines.</exception>
    public async Task WaitForHttpAsync(Uri url, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var elapsed = Stopwatch.StartNew();
        var answer = "nothing";
        while (elapsed.Elapsed < limit)
        {
            if (ExitCode is { } exitCode)
                throw new LocalServerException($"{Name} ended with exit code {exitCode} before it answered at {url}. {Tail()}");
            (var isSuccess, answer) = await HttpProbe.AskAsync(url, cancellationToken);
            if (isSuccess) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
        throw new LocalServerException(
            $"{Name} did not answer with success at {url} within {limit.TotalSeconds:0} s, but: {answer}. {Tail()}");
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
            ?? throw new LocalServerException("There is no `dotnet` on PATH: install the .NET 10 SDK.");
    }
}
