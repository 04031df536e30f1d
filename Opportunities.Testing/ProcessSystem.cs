using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.Testing;

/// <summary>
/// The whole system as processes of the one that starts it, on free ports of 127.0.0.1: for tests that break it or set it up
/// differently. Everything else runs on the Aspire application.
/// </summary>
public sealed class ProcessSystem : RunningSystem, IAsyncDisposable
{
    private readonly ProcessSystemOptions _options;
    private readonly Uri _identityAddress = LocalAddress.Of(ListenPort.Free.Choose(ResourceNames.Identity));
    private readonly Uri _apiAddress = LocalAddress.Of(ListenPort.Free.Choose(ResourceNames.Api));
    private PostgresServer? _postgres;
    private RedisServer? _cache;
    private ServiceProcess? _identity;
    private ServiceProcess? _api;

    private ProcessSystem(ProcessSystemOptions options) => _options = options;

    /// <inheritdoc />
    public override Uri ApiAddress => _apiAddress;

    /// <inheritdoc />
    public override Uri IdentityAddress => _identityAddress;

    /// <inheritdoc />
    public override string ConnectionString => Postgres.ConnectionStringFor(ResourceNames.Database);

    /// <inheritdoc />
    public override string CacheConnectionString => Cache.ConnectionString;

    /// <summary>The PostgreSQL server.</summary>
    public PostgresServer Postgres => _postgres ?? throw NotStarted();

    /// <summary>The Redis server.</summary>
    public RedisServer Cache => _cache ?? throw NotStarted();

    /// <summary>The development token issuer.</summary>
    public ServiceProcess Identity => _identity ?? throw NotStarted();

    /// <summary>The HTTP API.</summary>
    public ServiceProcess Api => _api ?? throw NotStarted();

    /// <summary>Starts everything; returns when all of it is healthy.</summary>
    /// <param name="options">How.</param>
    /// <exception cref="LocalServerException">It cannot be started; the message says why. What was started is stopped again.</exception>
    public static async Task<ProcessSystem> StartAsync(ProcessSystemOptions options)
    {
        var system = new ProcessSystem(options);
        try
        {
            await Task.WhenAll(system.StartDatabaseAsync(), system.StartCacheAsync(), system.StartIdentityAsync());
            system._api = await system.StartServiceAsync(
                ResourceNames.Api, ServiceAssemblies.Api, system._apiAddress, system.ApiEnvironment());
            await system._api.WaitUntilHealthyAsync(options.StartLimit);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything, in the reverse order of its start.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_api, _identity, _cache, _postgres])
        {
            if (part is not null) await part.DisposeAsync();
        }
    }

    /// <inheritdoc />
    protected override Action<string>? ApiOutput => _options.ApiOutput;

    /// <inheritdoc />
    protected override Task<Dictionary<string, string?>> ApiEnvironmentAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Environment(ResourceNames.Api, ApiEnvironment()));

    private async Task StartDatabaseAsync()
    {
        var data = Path.GetFullPath(Path.Combine(_options.DataDirectory, "postgres"));
        await MigratedData.CopyToAsync(data, CancellationToken.None);
        _postgres = await PostgresServer.StartAsync(new PostgresServerOptions
        {
            DataDirectory = data,
            IsDurable = _options.IsDurable,
            Settings = _options.PostgresSettings,
            Output = _options.PostgresOutput,
            StartLimit = _options.StartLimit,
        });
    }

    private async Task StartCacheAsync() =>
        _cache = await RedisServer.StartAsync(new RedisServerOptions { StartLimit = _options.StartLimit });

    private async Task StartIdentityAsync()
    {
        Directory.CreateDirectory(Path.Combine(_options.DataDirectory, "identity"));
        _identity = await StartServiceAsync(ResourceNames.Identity, ServiceAssemblies.Identity, _identityAddress, new()
        {
            ["Identity__Issuer"] = _identityAddress.Text(),
            ["Identity__SigningKeyPath"] = Path.GetFullPath(Path.Combine(_options.DataDirectory, "identity", "signing-key.pem")),
        });
        await _identity.WaitUntilHealthyAsync(_options.StartLimit);
    }

    private Dictionary<string, string?> ApiEnvironment() => new()
    {
        [$"ConnectionStrings__{ResourceNames.Database}"] = ConnectionString,
        [$"ConnectionStrings__{ResourceNames.Cache}"] = CacheConnectionString,
        ["Authentication__Issuer"] = _identityAddress.Text(),
        [$"services__{ResourceNames.Identity}__http__0"] = _identityAddress.Text(),
        ["Attachments__Directory"] = Path.GetFullPath(Path.Combine(_options.DataDirectory, "attachments")),
    };

    private Task<ServiceProcess> StartServiceAsync(
        string name, string assemblyPath, Uri? baseAddress, Dictionary<string, string?> environment) =>
        ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = name,
            AssemblyPath = assemblyPath,
            BaseAddress = baseAddress,
            Environment = Environment(name, environment),
            Output = name == ResourceNames.Api ? _options.ApiOutput : null,
        });

    private Dictionary<string, string?> Environment(string name, Dictionary<string, string?> own)
    {
        var variables = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
        };
        foreach (var (variable, value) in own.Concat(_options.Environment.GetValueOrDefault(name, new Dictionary<string, string?>())))
            variables[variable] = value;
        return variables;
    }

    private static InvalidOperationException NotStarted() => new("This part of the system has not been started.");
}
