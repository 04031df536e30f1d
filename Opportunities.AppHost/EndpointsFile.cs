using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Opportunities.ServiceDefaults;

namespace Opportunities.AppHost;

/// <summary><c>.local/endpoints.json</c>: where everything is, for scripts; there as long as the system runs and is healthy at first.</summary>
/// <param name="path">The file.</param>
/// <param name="model">The resources.</param>
/// <param name="notifications">Tells when they are healthy.</param>
/// <param name="configuration">Says where the dashboard is.</param>
internal sealed class EndpointsFile(
    string path,
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IConfiguration configuration) : BackgroundService
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        File.Delete(path);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One of a run that could not clean up says nothing about this one.
        File.Delete(path);
        foreach (var name in new[] { ResourceNames.Postgres, ResourceNames.Cache, ResourceNames.Identity, ResourceNames.Api })
            await notifications.WaitForResourceHealthyAsync(name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);

        var endpoints = new Dictionary<string, string?>
        {
            ["api"] = UrlOf(ResourceNames.Api, "http"),
            ["identity"] = UrlOf(ResourceNames.Identity, "http"),
            ["dashboard"] = DashboardUrl(),
            ["postgres"] = UrlOf(ResourceNames.Postgres, "tcp"),
            ["cache"] = UrlOf(ResourceNames.Cache, "tcp"),
        };

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.draft";
        await File.WriteAllTextAsync(draft, JsonSerializer.Serialize(endpoints, _json), stoppingToken);
        File.Move(draft, path, overwrite: true);
    }

    private string UrlOf(string resource, string endpoint) =>
        model.Resources.OfType<IResourceWithEndpoints>().Single(candidate => candidate.Name == resource).GetEndpoint(endpoint).Url;

    private string? DashboardUrl()
    {
        var url = configuration["ASPNETCORE_URLS"]?.Split(';').FirstOrDefault();
        return configuration["AppHost:BrowserToken"] is { } token ? $"{url}/login?t={token}" : url;
    }
}

/// <summary>Adds the <see cref="EndpointsFile"/>.</summary>
internal static class EndpointsFileExtensions
{
    /// <summary>Writes the file in a developer's run; an isolated one beside it would overwrite that one's.</summary>
    /// <param name="builder">The application model.</param>
    public static void AddEndpointsFile(this IDistributedApplicationBuilder builder)
    {
        if (!builder.KeepsData())
            return;
        var path = builder.LocalPath("endpoints.json");
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<EndpointsFile>(services, path));
    }
}
