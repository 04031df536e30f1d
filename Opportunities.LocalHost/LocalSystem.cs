using System.Diagnostics;
using System.Globalization;
using Opportunities.ServiceDefaults;

namespace Opportunities.LocalHost;

/// <summary>
/// The whole system as plain processes on 127.0.0.1: PostgreSQL, migrations, Redis, the development issuer, the API, and the
/// dashboard where it is to be had. What the AppHost runs where Aspire's packages are missing, and what tests run against.
/// </summary>
public sealed class LocalSystem : IAsyncDisposable
{
    private readonly LocalSystemOptions _options;
    private readonly Uri _identityAddress;
    private readonly Uri _apiAddress;
    private readonly Uri _dashboardAddress;
    private readonly Uri _telemetryAddress;
    private readonly string? _dashboardCli;
    private DataDirectoryLock? _lock;
    private PostgresServer? _postgres;
    private RedisServer? _cache;
    private ServiceProcess? _migrations;
    private ServiceProcess? _identity;
    private ServiceProcess? _api;
    private ChildProcess? _dashboard;
    private string? _connectionString;

    private LocalSystem(LocalSystemOptions options)
    {
        _options = options;
        _identityAddress = Choose(ResourceNames.Identity, options.Ports.Identity);
        _apiAddress = Choose(ResourceNames.Api, options.Ports.Api);
        _dashboardCli = options.HasDashboard ? DashboardProcess.FindCli() : null;
        _dashboardAddress = Choose(DashboardName, options.Ports.Dashboard, isUsed: _dashboardCli is not null);
        _telemetryAddress = Choose(DashboardName, options.Ports.Telemetry, isUsed: _dashboardCli is not null);
    }

    /// <summary>What the dashboard is called beside the resources.</summary>
    public const string DashboardName = "dashboard";

    /// <summary>The URLs of everything that runs.</summary>
    public LocalSystemEndpoints Endpoints => new()
    {
        Api = Authority(_apiAddress),
        Identity = Authority(_identityAddress),
        Dashboard = _dashboard is null ? null : Authority(_dashboardAddress),
        Postgres = $"postgresql://{PostgresServer.UserName}:{PostgresServer.DevelopmentPassword}@127.0.0.1:{Postgres.Port}/{ResourceNames.Database}",
        Cache = $"redis://:{RedisServer.DevelopmentPassword}@127.0.0.1:{Cache.Port}",
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
        var system = new LocalSystem(options);
        try
        {
            await system.StartAsync(cancellationToken);
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
        var api = await StartServiceAsync(
            ResourceNames.Api, ServiceAssemblies.Api, Address(ListenPort.Free.Choose("another API")), [.. ApiEnvironment(), .. environment ?? new Dictionary<string, string?>()]);
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
        await StopAsync(ResourceNames.Api, _api);
        await StopAsync(ResourceNames.Identity, _identity);
        await StopAsync(ResourceNames.Migrations, _migrations is { ExitCode: null } ? _migrations : null);
        await StopAsync(ResourceNames.Cache, _cache);
        await StopAsync(ResourceNames.Postgres, _postgres);
        await StopAsync(DashboardName, _dashboard);
        _lock?.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = DataDirectoryLock.Acquire(_options.DataDirectory);
        await AllAsync([StartDashboardAsync, StartDatabaseAsync, StartCacheAsync, StartIdentityAsync], cancellationToken);
        await StepAsync(ResourceNames.Api, async () =>
        {
            _api = await StartServiceAsync(ResourceNames.Api, ServiceAssemblies.Api, _apiAddress, ApiEnvironment());
            await _api.WaitUntilHealthyAsync(_options.StartLimit, cancellationToken);
            return $"healthy at {Authority(_apiAddress)}";
        });
    }

    private async Task StartDatabaseAsync(CancellationToken cancellationToken)
    {
        await StepAsync(ResourceNames.Postgres, async () =>
        {
            var directory = Path.Combine(_options.DataDirectory, "postgres");
            _postgres = await PostgresServer.StartAsync(new PostgresServerOptions
            {
                DataDirectory = directory,
                Port = _options.Ports.Postgres,
                InitialDatabase = ResourceNames.Database,
                IsDurable = _options.IsDurable,
                // The time and the process are on the line already, or of no use.
                Settings = new Dictionary<string, string> { ["log_line_prefix"] = "" },
                StartLimit = _options.StartLimit,
                Output = OutputOf(ResourceNames.Postgres),
            }, cancellationToken);
            if (_postgres.DataDirectory != Path.GetFullPath(directory))
                Report(ResourceNames.Postgres, $"its unprivileged user cannot enter {_options.DataDirectory}: the data are in {_postgres.DataDirectory}");
            ReportPort(ResourceNames.Postgres, _options.Ports.Postgres, _postgres.Port);
            _connectionString = await _postgres.EnsureDatabaseAsync(ResourceNames.Database, cancellationToken);
            return $"ready on 127.0.0.1:{_postgres.Port}";
        });
        await StepAsync(ResourceNames.Migrations, async () =>
        {
            _migrations = await StartServiceAsync(ResourceNames.Migrations, ServiceAssemblies.Migrations, null,
                [new("ConnectionStrings__" + ResourceNames.Database, _connectionString)]);
            var exitCode = await _migrations.Exited.WaitAsync(cancellationToken);
            return exitCode == 0
                ? "completed"
                : throw new LocalHostException($"The migrations failed with exit code {exitCode}. {_migrations.Tail()}");
        });
    }

    private Task StartCacheAsync(CancellationToken cancellationToken) => StepAsync(ResourceNames.Cache, async () =>
    {
        _cache = await RedisServer.StartAsync(new RedisServerOptions
        {
            Port = _options.Ports.Cache,
            Settings = new Dictionary<string, string> { ["loglevel"] = "warning" },
            StartLimit = _options.StartLimit,
            Output = OutputOf(ResourceNames.Cache),
        }, cancellationToken);
        ReportPort(ResourceNames.Cache, _options.Ports.Cache, _cache.Port);
        return $"ready on 127.0.0.1:{_cache.Port}";
    });

    private Task StartIdentityAsync(CancellationToken cancellationToken) => StepAsync(ResourceNames.Identity, async () =>
    {
        var directory = Path.Combine(_options.DataDirectory, "identity");
        Directory.CreateDirectory(directory);
        _identity = await StartServiceAsync(ResourceNames.Identity, ServiceAssemblies.Identity, _identityAddress,
        [
            new("Identity__Issuer", Authority(_identityAddress)),
            new("Identity__SigningKeyPath", Path.GetFullPath(Path.Combine(directory, "signing-key.pem"))),
        ]);
        await _identity.WaitUntilHealthyAsync(_options.StartLimit, cancellationToken);
        return $"healthy at {Authority(_identityAddress)}";
    });

    /// <summary>The system is whole without the dashboard, so this reports and never fails.</summary>
    private async Task StartDashboardAsync(CancellationToken cancellationToken)
    {
        if (!_options.HasDashboard)
            return;
        if (_dashboardCli is null)
        {
            Report(DashboardName, DashboardProcess.Missing);
            return;
        }
        try
        {
            await StepAsync(DashboardName, async () =>
            {
                _dashboard = await DashboardProcess.StartAsync(_dashboardCli, _dashboardAddress, _telemetryAddress);
                if (!await _dashboard.WaitUntilReadyAsync(() => HttpProbe.AnswersAsync(_dashboardAddress, cancellationToken), _options.StartLimit, cancellationToken))
                    throw new LocalHostException($"it ended with exit code {_dashboard.ExitCode}: {_dashboard.LastLines.AsEnumerable().LastOrDefault()}");
                return $"at {Authority(_dashboardAddress)}";
            });
        }
        catch (LocalHostException exception)
        {
            Report(DashboardName, $"not started, going on without: {exception.Message}");
            _dashboard = null;
        }
    }

    private KeyValuePair<string, string?>[] ApiEnvironment() =>
    [
        new("ConnectionStrings__" + ResourceNames.Database, ConnectionString),
        new("ConnectionStrings__" + ResourceNames.Cache, Cache.ConnectionString),
        new("Authentication__Issuer", Authority(_identityAddress)),
        new($"services__{ResourceNames.Identity}__http__0", Authority(_identityAddress)),
        new("Attachments__Directory", Path.GetFullPath(Path.Combine(_options.DataDirectory, "attachments"))),
    ];

    private Task<ServiceProcess> StartServiceAsync(
        string name, string assemblyPath, Uri? baseAddress, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var all = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            // The launch profile of the host is not the service's.
            ["DOTNET_LAUNCH_PROFILE"] = null,
        };
        if (_dashboardCli is not null)
        {
            all["OTEL_EXPORTER_OTLP_ENDPOINT"] = Authority(_telemetryAddress);
            all["OTEL_SERVICE_NAME"] = name;
            // Seen while one looks, as with Aspire, instead of up to a minute later.
            all["OTEL_BSP_SCHEDULE_DELAY"] = all["OTEL_BLRP_SCHEDULE_DELAY"] = all["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        }
        foreach (var (variable, value) in environment.Concat(_options.Environment.GetValueOrDefault(name, new Dictionary<string, string?>())))
            all[variable] = value;
        return ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = name,
            AssemblyPath = assemblyPath,
            BaseAddress = baseAddress,
            Environment = all,
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

    private async Task StepAsync(string name, Func<Task<string>> step)
    {
        var elapsed = Stopwatch.StartNew();
        var result = await step();
        Report(name, string.Create(CultureInfo.InvariantCulture, $"{result} ({elapsed.Elapsed.TotalSeconds:0.0} s)"));
    }

    private async Task StopAsync(string name, IAsyncDisposable? started)
    {
        if (started is null)
            return;
        await StepAsync(name, async () =>
        {
            await started.DisposeAsync();
            return "stopped";
        });
    }

    private Uri Choose(string name, ListenPort wanted, bool isUsed = true)
    {
        var port = wanted.Choose(name);
        if (isUsed)
            ReportPort(name, wanted, port);
        return Address(port);
    }

    private void ReportPort(string name, ListenPort wanted, int port)
    {
        if (!wanted.IsUsual(port))
            Report(name, $"the usual port is taken by another program: {port} instead");
    }

    private void Report(string name, string sentence) => _options.Progress?.Invoke(name, sentence);

    private Action<string>? OutputOf(string name) => _options.Output is { } output ? line => output(name, line) : null;

    private static Uri Address(int port) => new($"http://127.0.0.1:{port}");

    private static string Authority(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private static InvalidOperationException NotStarted() => new("This part of the system has not been started.");
}
