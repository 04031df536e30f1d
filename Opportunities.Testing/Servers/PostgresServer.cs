using System.Diagnostics;
using System.Globalization;
using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>A PostgreSQL server on 127.0.0.1, run by this process from the programs installed on the machine; never as root.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan _handOverLimit = TimeSpan.FromSeconds(15);

    private readonly PostgresServerOptions _options;
    private readonly PostgresSetup _setup;
    private ChildProcess? _process;

    private PostgresServer(PostgresServerOptions options, PostgresSetup setup, int port) =>
        (_options, _setup, Port) = (options, setup, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Where its data are. Not the folder that was asked for where that one is out of reach of the unprivileged user.</summary>
    public string DataDirectory => _setup.Data.Path;

    /// <summary>The connection string of the server, without a database.</summary>
    public string ConnectionString => PostgresSetup.ConnectionString(Port);

    /// <summary>The process id.</summary>
    public int ProcessId => _process?.ProcessId ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>Completes with the exit code when the server that runs now ends.</summary>
    public Task<int> Exited => _process?.Exited ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>Makes or finds the data folder and starts the server; returns when it accepts connections.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up waiting, and stops what was started.</param>
    /// <exception cref="LocalServerException">This machine does not allow it; the message says why.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresServerOptions options, CancellationToken cancellationToken = default)
    {
        var setup = await PostgresSetup.OpenAsync(options, cancellationToken);
        var server = new PostgresServer(options, setup, options.Port.Choose("PostgreSQL"));
        await server.StartProcessAsync(cancellationToken);
        return server;
    }

    /// <summary>The connection string of one of the databases.</summary>
    /// <param name="database">Its name.</param>
    public string ConnectionStringFor(string database) => $"{ConnectionString};Database={database}";

    /// <summary>Creates a database.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="template">A database to copy, to which nobody is connected; null for an empty one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name, string? template = null, CancellationToken cancellationToken = default)
    {
        var (exitCode, output) = await CreateAsync(name, template, cancellationToken);
        return exitCode == 0
            ? ConnectionStringFor(name)
            : throw new LocalServerException($"The database {name} cannot be created: {PostgresLog.Complaint(output.Split('\n'))}");
    }

    /// <summary>Creates a database unless it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> EnsureDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        // That it is there already is no error to find in the server's log.
        var (exitCode, output) = await CreateAsync(name, template: null, cancellationToken, serverOptions: "-c log_min_messages=fatal");
        return exitCode == 0 || output.Contains("already exists", StringComparison.Ordinal)
            ? ConnectionStringFor(name)
            : throw new LocalServerException($"The database {name} cannot be created: {PostgresLog.Complaint(output.Split('\n'))}");
    }

    /// <summary>Closes all connections and stops the server, everything written to disk.</summary>
    public Task StopAsync() => _process?.StopAsync(ProcessSignal.Interrupt, TimeSpan.FromSeconds(20)) ?? Task.CompletedTask;

    /// <summary>Kills the server and its backends at once, as a crash would.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>
    /// Makes the server and its backends stand still: connections stay open, the system accepts new ones, and nothing is answered,
    /// until <see cref="Resume"/>. Linux only.
    /// </summary>
    public void Pause()
    {
        _process?.Pause();
        // What stands still makes no more backends.
        foreach (var backend in Backends()) Signals.Send(backend, ProcessSignal.Stop);
    }

    /// <summary>Lets a paused server go on.</summary>
    public void Resume()
    {
        foreach (var backend in Backends()) Signals.Send(backend, ProcessSignal.Continue);
        _process?.Resume();
    }

    /// <summary>Stops the server if it runs, and starts it again on the same data and the same port.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartProcessAsync(cancellationToken, mayMove: false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Data that nobody wants need not be tidy. Not by killing: whoever is itself killed while it does that leaves processes behind.
        if (_process is not null && _options.DeleteDataOnDispose) await _process.StopAsync(ProcessSignal.Quit);
        else await StopAsync();
        if (_process is not null) await _process.DisposeAsync();
        if (_options.DeleteDataOnDispose && Directory.Exists(DataDirectory)) Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken, bool mayMove = true)
    {
        _setup.Data.RemoveStaleLock();
        var elapsed = Stopwatch.StartNew();
        while (true)
        {
            var process = await ChildProcess.StartAsync(
                "PostgreSQL", _setup.Command(Port), ProcessSignal.Interrupt, _options.Output, UnprivilegedUser.Needed);
            var isReady = () => Task.FromResult(IsReady(process.ProcessId));
            if (await process.WaitUntilReadyAsync(isReady, _options.StartLimit, cancellationToken))
            {
                _process = process;
                return;
            }
            await RecoverAsync(process.LastLines, elapsed.Elapsed, mayMove, cancellationToken);
        }
    }

    /// <summary>Whether the server of this process id says that it accepts connections (what <c>pg_ctl --wait</c> looks at).</summary>
    private bool IsReady(int processId) =>
        _setup.Data.Holder() == processId && _setup.Data.ReadLock().ElementAtOrDefault(7)?.Trim() == "ready";

    /// <summary>Makes another attempt worth while, or says why there can be none.</summary>
    private async Task RecoverAsync(IReadOnlyList<string> lines, TimeSpan elapsed, bool mayMove, CancellationToken cancellationToken)
    {
        if (lines.Any(line => line.Contains("Address already in use")))
        {
            // Somebody else took the port between the choice and the start.
            if (_options.Port.IsRequired || !mayMove) throw ListenPort.Taken(Port, "PostgreSQL");
            Port = _options.Port.Choose("PostgreSQL");
            return;
        }
        // A server that was told to stop, or the backends of a killed one, may still be on their way out.
        var isInUse = lines.Any(line => line.Contains("\"postmaster.pid\" already exists") || line.Contains("shared memory block"));
        if (!isInUse)
        {
            throw new LocalServerException($"PostgreSQL cannot start from {DataDirectory}: {PostgresLog.Complaint(lines)}. "
                + "Repair the folder, or move it away to begin with an empty database.");
        }
        if (elapsed > _handOverLimit)
        {
            throw new LocalServerException(
                $"The data folder {DataDirectory} is in use by another PostgreSQL server (process {_setup.Data.Holder()}): stop that one "
                + "first.");
        }
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
    }

    private IEnumerable<int> Backends()
    {
        if (_process is null) return [];
        var children = File.ReadAllText($"/proc/{_process.ProcessId}/task/{_process.ProcessId}/children");
        return children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static id => int.Parse(id, CultureInfo.InvariantCulture));
    }

    private Task<(int ExitCode, string Output)> CreateAsync(
        string name, string? template, CancellationToken cancellationToken, string? serverOptions = null)
    {
        string[] copied = template is null ? [] : ["--template", template];
        var command = new LaunchCommand(Path.Combine(_setup.Binaries.Directory, "createdb"),
        [
            "--host", "127.0.0.1", "--port", $"{Port}", "--username", PostgresSetup.UserName, "--no-password",
            "--maintenance-db", "postgres", .. copied, "--", name,
        ])
        {
            Environment = new Dictionary<string, string?>(PostgresSetup.CleanEnvironment)
            {
                ["PGPASSWORD"] = PostgresSetup.DevelopmentPassword,
                ["PGOPTIONS"] = serverOptions,
            },
        };
        return command.RunAsync(cancellationToken);
    }
}
