using Opportunities.ServiceDefaults;

namespace Opportunities.LocalHost;

/// <summary>
/// The whole system as plain processes on 127.0.0.1: PostgreSQL, migrations, Redis, the development issuer, the API, and the
/// dashboard where it is to be had. What the AppHost runs where Aspire's packages are missing, and what tests run against.
/// </summary>
public sealed class LocalSystem : IAsyncDisposable
{
    /// <summary>What the dashboard is called beside the resources.</summary>
    public const string DashboardName = "dashboard";

    private readonly LocalSystemOptions _options;
    private readonly DataDirectoryLock _lock;
    private readonly StepReport _report;
    private readonly Uri _identityAddress;
    private readonly Uri _apiAddress;
    private readonly string? _dashboardCli;
    private readonly Uri? _dashboardAddress;
    private readonly Uri? _telemetryAddress;
    private PostgresServer? _postgres;
    private string? _connectionString;
    private RedisServer? _cache;
    private ServiceProcess? _migrations;
    private ServiceProcess? _identity;
    private ServiceProcess? _api;
    private ChildProcess? _dashboard;

    private LocalSystem(LocalSystemOptions options, DataDirectoryLock held)
    {
        _options = options;
        _lock = held;
        _report = new StepReport(options.Progress);
        _identityAddress = Choose(ResourceNames.Identity, options.Ports.Identity);
        _apiAddress = Choose(ResourceNames.Api, options.Ports.Api);
        _dashboardCli = options.HasDashboard ? DashboardProcess.FindCli() : null;
        if (_dashboardCli is null)
            return;
        _dashboardAddress = Choose(DashboardName, options.Ports.Dashboard);
        _telemetryAddress = Choose(DashboardName, options.Ports.Telemetry);
    }

    /// <summary>The URLs of everything that runs.</summary>
    public LocalSystemEndpoints Endpoints => new()
    {
        Api = _apiAddress.Text(),
        Identity = _identityAddress.Text(),
        Dashboard = _dashboard is null ? null : _dashboardAddress?.Text(),
        Postgres = Postgres.UrlFor(ResourceNames.Database),
        Cache = Cache.Url,
    };

    /// <summary>The PostgreSQL server.</summary>
    public PostgresServer Postgres => _postgres ?? throw NotStarted();

    /// <summary>The connection string of the database.</summary>
    public string ConnectionString => _connectionString ?? throw NotStarted();

    /// <summary>The Redis server.</summary>
    public RedisServer Cache => _cache ?? throw NotStarted();

    /// <summary>The development token issuer.</summary>
    public ServiceProcess Identity => _identity ?? throw NotStarted();

    /// <summary>The HTTP API.</summary>
    public ServiceProcess Api => _api ?? throw NotStarted();

    /// <summary>By resource name, what completes with its exit code when it ends.</summary>
    public IReadOnlyDictionary<string, Task<int>> Exits
    {
        get
        {
            var exits = new Dictionary<string, Task<int>>
            {
                [ResourceNames.Postgres] = Postgres.Exited,
                [ResourceNames.Cache] = Cache.Exited,
                [ResourceNames.Identity] = Identity.Exited,
                [ResourceNames.Api] = Api.Exited,
            };
            if (_dashboard is not null)
                exits[DashboardName] = _dashboard.Exited;
            return exits;
        }
    }

    /// <summary>Starts everything; returns when all of it is healthy.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up, and stops what was started.</param>
    /// <exception cref="LocalHostException">It cannot be started; the message says why. What was started is stopped again.</exception>
    public static async Task<LocalSystem> StartAsync(LocalSystemOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var system = Open(options);
        try
        {
            // A killed run may have left one.
            if (options.EndpointsFile is { } file)
                EndpointsFile.Remove(file);
            await system.StartAsync(cancellationToken);
            if (options.EndpointsFile is not null)
                EndpointsFile.Write(options.EndpointsFile, system.Endpoints);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more API process on the same database, cache and issuer, on a free port; returns when it is healthy.</summary>
    /// <param name="environment">Environment variables beyond those of the first one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The process, which the caller disposes of.</returns>
    public async Task<ServiceProcess> StartAnotherApiAsync(
        IReadOnlyDictionary<string, string?>? environment = null, CancellationToken cancellationToken = default)
    {
        var api = await StartApiProcessAsync(LocalAddress.Of(ListenPort.Free.Choose("another API")), environment);
        try
        {
            await api.WaitUntilHealthyAsync(_options.StartLimit, cancellationToken);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything, in the reverse order of its start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_options.EndpointsFile is { } file)
            EndpointsFile.Remove(file);
        await StopAsync(ResourceNames.Api, _api);
        await StopAsync(ResourceNames.Identity, _identity);
        await StopAsync(ResourceNames.Migrations, _migrations is { ExitCode: null } ? _migrations : null);
        await StopAsync(ResourceNames.Cache, _cache);
        await StopAsync(ResourceNames.Postgres, _postgres);
        await StopAsync(DashboardName, _dashboard);
        _lock.Dispose();
    }

    private static LocalSystem Open(LocalSystemOptions options)
    {
        var held = DataDirectoryLock.Acquire(options.DataDirectory);
        try
        {
            return new LocalSystem(options, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await AllAsync([StartDashboardAsync, StartDatabaseAsync, StartCacheAsync, StartIdentityAsync], cancellationToken);
        await _report.RunAsync(ResourceNames.Api, async () =>
        {
            _api = await StartApiProcessAsync(_apiAddress);
            await _api.WaitUntilHealthyAsync(_options.StartLimit, cancellationToken);
            return $"healthy at {_apiAddress.Text()}";
        });
    }

    private async Task StartDatabaseAsync(CancellationToken cancellationToken)
    {
        await _report.RunAsync(ResourceNames.Postgres, async () =>
        {
            var directory = Path.GetFullPath(Path.Combine(_options.DataDirectory, "postgres"));
            _postgres = await PostgresServer.StartAsync(new PostgresServerOptions
            {
                DataDirectory = directory,
                Port = _options.Ports.Postgres,
                InitialDatabase = ResourceNames.Database,
                IsDurable = _options.IsDurable,
                // The name is on the line already, and the time is of no use.
                Settings = new Dictionary<string, string>(_options.PostgresSettings) { ["log_line_prefix"] = "" },
                StartLimit = _options.StartLimit,
                Output = OutputOf(ResourceNames.Postgres),
            }, cancellationToken);
            if (_postgres.DataDirectory is var actual && actual != directory)
                _report.Say(ResourceNames.Postgres, $"its user cannot enter {_options.DataDirectory}: the data are in {actual}");
            _report.SayPort(ResourceNames.Postgres, _options.Ports.Postgres, _postgres.Port);
            // The folder began with it, and it may have been dropped since.
            _connectionString = await _postgres.EnsureDatabaseAsync(ResourceNames.Database, cancellationToken);
            return $"ready on 127.0.0.1:{_postgres.Port}";
        });
        await _report.RunAsync(ResourceNames.Migrations, async () =>
        {
            _migrations = await StartServiceAsync(
                ResourceNames.Migrations, ServiceAssemblies.Migrations, baseAddress: null, ServiceEnvironment.Migrations(ConnectionString));
            var exitCode = await _migrations.Exited.WaitAsync(cancellationToken);
            return exitCode == 0
                ? "completed"
                : throw new LocalHostException($"The migrations failed with exit code {exitCode}. {_migrations.Tail()}");
        });
    }

    private Task StartCacheAsync(CancellationToken cancellationToken) => _report.RunAsync(ResourceNames.Cache, async () =>
    {
        _cache = await RedisServer.StartAsync(new RedisServerOptions
        {
            Port = _options.Ports.Cache,
            Settings = new Dictionary<string, string> { ["loglevel"] = "warning" },
            StartLimit = _options.StartLimit,
            Output = OutputOf(ResourceNames.Cache),
        }, cancellationToken);
        _report.SayPort(ResourceNames.Cache, _options.Ports.Cache, _cache.Port);
        return $"ready on 127.0.0.1:{_cache.Port}";
    });

    private Task StartIdentityAsync(CancellationToken cancellationToken) => _report.RunAsync(ResourceNames.Identity, async () =>
    {
        Directory.CreateDirectory(Path.Combine(_options.DataDirectory, "identity"));
        _identity = await StartServiceAsync(
            ResourceNames.Identity, ServiceAssemblies.Identity, _identityAddress,
            ServiceEnvironment.Identity(_identityAddress, _options.DataDirectory));
        await _identity.WaitUntilHealthyAsync(_options.StartLimit, cancellationToken);
        return $"healthy at {_identityAddress.Text()}";
    });

    /// <summary>The system is whole without the dashboard, so this reports and never fails.</summary>
    private async Task StartDashboardAsync(CancellationToken cancellationToken)
    {
        if (_dashboardAddress is null)
        {
            if (_options.HasDashboard)
                _report.Say(DashboardName, DashboardProcess.Missing);
            return;
        }
        try
        {
            await _report.RunAsync(DashboardName, async () =>
            {
                _dashboard = await DashboardProcess.StartAsync(_dashboardCli!, _dashboardAddress, _telemetryAddress!);
                await DashboardProcess.WaitAsync(_dashboard, _dashboardAddress, _options.StartLimit, cancellationToken);
                return $"at {_dashboardAddress.Text()}";
            });
        }
        catch (LocalHostException exception)
        {
            _report.Say(DashboardName, $"not started, going on without it. {exception.Message}");
            _dashboard = null;
        }
    }

    private Task<ServiceProcess> StartApiProcessAsync(Uri address, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var variables = ServiceEnvironment.Api(ConnectionString, Cache.ConnectionString, _identityAddress, _options.DataDirectory);
        foreach (var (variable, value) in environment ?? new Dictionary<string, string?>())
            variables[variable] = value;
        return StartServiceAsync(ResourceNames.Api, ServiceAssemblies.Api, address, variables);
    }

    private Task<ServiceProcess> StartServiceAsync(
        string name, string assemblyPath, Uri? baseAddress, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var variables = ServiceEnvironment.Common(name, _telemetryAddress);
        var wanted = _options.Environment.GetValueOrDefault(name, new Dictionary<string, string?>());
        foreach (var (variable, value) in environment.Concat(wanted))
            variables[variable] = value;
        return ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = name,
            AssemblyPath = assemblyPath,
            BaseAddress = baseAddress,
            Environment = variables,
            Output = OutputOf(name),
        });
    }

    /// <summary>Runs steps side by side; the first failure calls the others off, and is the one that is told.</summary>
    private static async Task AllAsync(IEnumerable<Func<CancellationToken, Task>> steps, CancellationToken cancellationToken)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task? failed = null;
        await foreach (var step in Task.WhenEach(steps.Select(step => step(abort.Token)).ToArray()))
        {
            if (step.IsCompletedSuccessfully || failed is not null)
                continue;
            failed = step;
            await abort.CancelAsync();
        }
        if (failed is not null)
            await failed;
    }

    private async Task StopAsync(string name, IAsyncDisposable? started)
    {
        if (started is null)
            return;
        await _report.RunAsync(name, async () =>
        {
            await started.DisposeAsync();
            return "stopped";
        });
    }

    private Uri Choose(string name, ListenPort wanted)
    {
        var port = wanted.Choose(name);
        _report.SayPort(name, wanted, port);
        return LocalAddress.Of(port);
    }

    private Action<string>? OutputOf(string name) => _options.Output is { } output ? line => output(name, line) : null;

    private static InvalidOperationException NotStarted() => new("This part of the system has not been started.");
}
