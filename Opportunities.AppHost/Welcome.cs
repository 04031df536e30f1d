using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Opportunities.AppHost;

/// <summary>
/// Tells the person at the terminal what becomes ready, where everything is, and a first request; and keeps
/// <c>.local/endpoints.json</c> as long as the system runs. Where the system cannot come up, it says why and ends the run.
/// </summary>
internal sealed class Welcome(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    RunFolder folder) : BackgroundService
{
    private const int LastLines = 5;

    private static readonly string[] _lasting = [ResourceNames.Postgres, ResourceNames.Cache, ResourceNames.Identity, ResourceNames.Api];

    private readonly string _file = folder.PathOf("endpoints.json");
    private readonly long _started = Stopwatch.GetTimestamp();

    public bool HasFailed { get; private set; }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        File.Delete(_file);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // That of a run which could not clean up says nothing about this one.
        File.Delete(_file);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await foreach (var part in Task.WhenEach(
                _lasting.Select(name => UntilHealthyAsync(name, failed.Token)).Append(UntilMigratedAsync(failed.Token))))
            {
                await part;
            }

            var endpoints = await EndpointsAsync(stoppingToken);
            endpoints.Write(_file);
            Console.WriteLine(endpoints);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            await failed.CancelAsync();
            HasFailed = true;
            // The host would end without a word.
            await Console.Error.WriteLineAsync(exception is StartException ? exception.Message : exception.ToString());
            lifetime.StopApplication();
        }
    }

    private Task UntilHealthyAsync(string name, CancellationToken cancellationToken) => UntilAsync(
        name, "healthy", static snapshot => snapshot.HealthStatus == HealthStatus.Healthy, cancellationToken);

    private Task UntilMigratedAsync(CancellationToken cancellationToken) => UntilAsync(
        ResourceNames.Migrations, "completed",
        static snapshot => snapshot.ExitCode == 0 && snapshot.State?.Text == KnownResourceStates.Finished, cancellationToken);

    private async Task UntilAsync(string name, string what, Func<CustomResourceSnapshot, bool> isSo, CancellationToken cancellationToken)
    {
        var last = await notifications.WaitForResourceAsync(
            name, change => isSo(change.Snapshot) || KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text),
            cancellationToken);
        if (!isSo(last.Snapshot)) throw await FailureAsync(last, cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-12}{what} after {Stopwatch.GetElapsedTime(_started).TotalSeconds:0.0} s"));
    }

    private async Task<StartException> FailureAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        await foreach (var batch in logs.GetAllAsync(change.Resource).WithCancellation(cancellationToken))
            lines.AddRange(batch);
        // The orchestrator writes into the same log; what a program complains of is on its standard error.
        var complaints = lines.Any(line => line.IsErrorMessage) ? lines.Where(line => line.IsErrorMessage) : lines;
        var how = change.Snapshot.ExitCode is { } exitCode ? $"ended with exit code {exitCode}" : "could not be started";
        return new StartException(
            $"{change.Resource.Name} {how}, and the system cannot run without it. Its last lines:\n"
            + $"{string.Join('\n', complaints.TakeLast(LastLines).Select(line => WithoutStack(line.Content)))}");
    }

    /// <summary>The orchestrator writes an exception as one entry, with frames that are not the reader's.</summary>
    private static string WithoutStack(string entry) => string.Join('\n', entry.Split('\n').Where(line =>
        !line.StartsWith("   at ", StringComparison.Ordinal) && !line.TrimStart().StartsWith("--- End of ", StringComparison.Ordinal)));

    private async Task<Endpoints> EndpointsAsync(CancellationToken cancellationToken) => new()
    {
        Api = HttpUrl(ResourceNames.Api),
        Identity = HttpUrl(ResourceNames.Identity),
        Dashboard = DashboardUrl(),
        Postgres = await UriAsync(ResourceNames.Database, cancellationToken),
        Cache = await UriAsync(ResourceNames.Cache, cancellationToken),
        ClientSecret = await ClientSecretAsync(cancellationToken),
    };

    private string HttpUrl(string resource) =>
        model.Resources.OfType<IResourceWithEndpoints>().Single(candidate => candidate.Name == resource).GetEndpoint("http").Url;

    private async Task<string> UriAsync(string resource, CancellationToken cancellationToken)
    {
        var target = model.Resources.OfType<IResourceWithConnectionString>().Single(candidate => candidate.Name == resource);
        return await target.Uri().GetValueAsync(cancellationToken) ?? "";
    }

    private async Task<string> ClientSecretAsync(CancellationToken cancellationToken) =>
        await model.Resources.OfType<ParameterResource>()
            .Single(parameter => parameter.Name == DevelopmentIdentity.ClientSecret)
            .GetValueAsync(cancellationToken) ?? "";

    // Without a launch profile it is anywhere, and the log says where.
    private string? DashboardUrl() => configuration["ASPNETCORE_URLS"]?.Split(';')[0] is { Length: > 0 } url
        ? configuration["AppHost:BrowserToken"] is { } token ? $"{url}/login?t={token}" : url
        : null;

    private sealed class StartException(string message) : Exception(message);
}

internal static class WelcomeExtensions
{
    /// <summary>Welcomes a developer's run; an isolated one would overwrite the file.</summary>
    public static void AddWelcome(this IDistributedApplicationBuilder builder, RunFolder folder)
    {
        if (!folder.IsKept) return;
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton<Welcome>();
        // The first to start: what starts the resources returns when the last of them has no more to wait for.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(services => services.GetRequiredService<Welcome>()));
    }
}
