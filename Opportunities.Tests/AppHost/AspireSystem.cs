using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Opportunities.AppHost;

namespace Opportunities.Tests.AppHost;

/// <summary>The Aspire application, as <c>DistributedApplicationTestingBuilder</c> starts it: once for a whole run.</summary>
public sealed class AspireSystem : RunningSystem, IAsyncDisposable
{
    /// <summary>Not the default: that the parameter reaches all who need it is seen by every test.</summary>
    public const string ClientSecret = "not-the-default";

    /// <summary>What the resources are called, by hand: a test shall notice when a name changes.</summary>
    public static readonly string[] LastingResources = ["postgres", "opportunitiesdb", "cache", "identity", "api"];

    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<AspireSystem>> _shared = new(StartAsync);

    private readonly ResourceLogs _logs = new();
    private string? _connectionString;
    private string? _cacheConnectionString;

    private AspireSystem(TelemetryReceiver telemetry) => Telemetry = telemetry;

    public DistributedApplication App { get; private set; } = null!;

    public TelemetryReceiver Telemetry { get; }

    public ResourceNotificationService Notifications => App.ResourceNotifications;

    public override Uri ApiAddress => App.GetEndpoint("api", "http");

    public override Uri IdentityAddress => App.GetEndpoint("identity", "http");

    public override string ConnectionString => _connectionString!;

    public override string CacheConnectionString => _cacheConnectionString!;

    /// <summary>The application of this run, which the first who asks starts.</summary>
    public static Task<AspireSystem> SharedAsync() => _shared.Value;

    public async ValueTask DisposeAsync()
    {
        if (App is not null) await App.DisposeAsync();
        await Telemetry.DisposeAsync();
    }

    /// <summary>Runs a command of the dashboard.</summary>
    public Task<ExecuteCommandResult> CommandAsync(string resource, string command) => WithinAsync(
        limit => App.ResourceCommands.ExecuteCommandAsync(resource, command, limit));

    /// <summary>Runs a command of the dashboard that asks for a value.</summary>
    public Task<ExecuteCommandResult> CommandAsync(string resource, string command, string argument, string value)
    {
        var arguments = new InteractionInputCollection(
            [new InteractionInput { Name = argument, InputType = InputType.Text, Value = value }]);
        return WithinAsync(limit => App.ResourceCommands.ExecuteCommandAsync(resource, command, arguments, limit));
    }

    /// <summary>Waits for something, with a limit; when it fails, the last lines of all resources tell why.</summary>
    public Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> wait) => WithinAsync(_limit, wait);

    protected override async Task<Dictionary<string, string?>> ApiEnvironmentAsync(CancellationToken cancellationToken)
    {
        var api = App.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == "api");
        var configuration = await ExecutionConfigurationBuilder.Create(api).WithEnvironmentVariablesConfig()
            .BuildAsync(App.Services.GetRequiredService<DistributedApplicationExecutionContext>(), cancellationToken: cancellationToken);
        // Where it listens, and whom it tells of itself, is its own.
        return configuration.EnvironmentVariables
            .Where(variable => !variable.Key.StartsWith("ASPNETCORE_URLS", StringComparison.Ordinal)
                && !variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Key, variable => (string?)variable.Value);
    }

    private static async Task<AspireSystem> StartAsync()
    {
        var system = new AspireSystem(await TelemetryReceiver.StartAsync());
        await system.WithinAsync(_startLimit, async limit =>
        {
            await system.StartApplicationAsync(limit);
            foreach (var name in LastingResources)
                await system.Notifications.WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable, limit);
            system._connectionString = await system.App.GetConnectionStringAsync("opportunitiesdb", limit);
            system._cacheConnectionString = await system.App.GetConnectionStringAsync("cache", limit);
            return system.App;
        });
        return system;
    }

    /// <summary>
    /// Starts the application. Aspire gives its orchestrator 20 s to come up, which nothing configures; where a machine is slower than
    /// that, it is started again, up to three times in all.
    /// </summary>
    private async Task StartApplicationAsync(CancellationToken limit)
    {
        for (var attempt = 1; ; attempt++)
        {
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Opportunities_AppHost>(
                [$"--Parameters:{DevelopmentIdentity.ClientSecret}={ClientSecret}"], limit);
            builder.Services.AddLogging(logging => logging.AddProvider(_logs));
            foreach (var project in builder.Resources.OfType<ProjectResource>()) Receive(builder.CreateResourceBuilder(project));

            App = await builder.BuildAsync(limit);
            try
            {
                await App.StartAsync(limit);
                return;
            }
            // By its name: two versions of Polly are referenced here, and both have such a type.
            catch (Exception exception) when (attempt < 3 && exception.GetType().FullName == "Polly.Timeout.TimeoutRejectedException")
            {
                await App.DisposeAsync();
            }
        }
    }

    private void Receive(IResourceBuilder<ProjectResource> service)
    {
        foreach (var (name, value) in Telemetry.Variables) service.WithEnvironment(name, value);
    }

    private async Task<T> WithinAsync<T>(TimeSpan time, Func<CancellationToken, Task<T>> wait)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            return await wait(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} (limit: {time})\n{_logs}", exception);
        }
    }
}
