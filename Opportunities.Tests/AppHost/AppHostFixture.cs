using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.AppHost;

/// <summary>The Aspire application, started once for all tests that need it: two at a time would be in each other's way.</summary>
public sealed class AppHostFixture : IAsyncLifetime, ISystemUnderTest
{
    /// <summary>What the resources are called, by hand: a test shall notice when a name changes.</summary>
    public static readonly string[] LastingResources = ["postgres", "opportunitiesdb", "cache", "identity", "api"];

    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private readonly ResourceLogs _logs = new();

    public DistributedApplication App { get; private set; } = null!;

    public TelemetryReceiver Telemetry { get; private set; } = null!;

    public Uri Api => App.GetEndpoint("api", "http");

    public ResourceNotificationService Notifications => App.ResourceNotifications;

    public async Task InitializeAsync()
    {
        Telemetry = await TelemetryReceiver.StartAsync();
        await WithinAsync(_startLimit, async limit =>
        {
            await StartAsync(limit);
            foreach (var name in LastingResources)
                await Notifications.WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable, limit);
            return App;
        });
    }

    public async Task DisposeAsync()
    {
        if (App is not null)
            await App.DisposeAsync();
        if (Telemetry is not null)
            await Telemetry.DisposeAsync();
    }

    public Task<string> TokenAsync(string clientId) => _tokens.GetOrAdd(clientId, id => ApiClient.RequestTokenAsync(
        new Uri(App.GetEndpoint("identity", "http"), "/oauth2/token"), id, "development-only"));

    /// <summary>Runs a command of the dashboard.</summary>
    public Task<ExecuteCommandResult> CommandAsync(string resource, string command) => WithinAsync(
        limit => App.ResourceCommands.ExecuteCommandAsync(resource, command, limit));

    /// <summary>Waits for something, with a limit; when it fails, the last lines of all resources tell why.</summary>
    public Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> wait) => WithinAsync(_limit, wait);

    /// <summary>
    /// Starts the application. Aspire gives its orchestrator 20 s to come up, which nothing configures; where a machine is slower than that, it
    /// is started again, up to three times in all.
    /// </summary>
    private async Task StartAsync(CancellationToken limit)
    {
        for (var attempt = 1; ; attempt++)
        {
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Opportunities_AppHost>(limit);
            builder.Services.AddLogging(logging => logging.AddProvider(_logs));
            foreach (var project in builder.Resources.OfType<ProjectResource>())
                Receive(builder.CreateResourceBuilder(project));

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

/// <summary>
/// The test classes that share the application. They have the machine to themselves: the orchestrator wants some seconds of a core to come
/// up in its time, and other tests may take all there are.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AppHostCollection : ICollectionFixture<AppHostFixture>
{
    public const string Name = "AppHost";
}
