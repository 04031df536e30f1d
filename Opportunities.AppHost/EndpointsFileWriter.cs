using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Opportunities.LocalHost;
using Opportunities.ServiceDefaults;

namespace Opportunities.AppHost;

/// <summary>Keeps <c>.local/endpoints.json</c> as long as the application runs, once all of it is healthy.</summary>
/// <param name="model">The resources.</param>
/// <param name="notifications">Tells when they are healthy.</param>
/// <param name="configuration">Says where the dashboard is.</param>
internal sealed class EndpointsFileWriter(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IConfiguration configuration) : BackgroundService
{
    private static readonly string[] _resources = [ResourceNames.Postgres, ResourceNames.Cache, ResourceNames.Identity, ResourceNames.Api];

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        EndpointsFile.Remove(EndpointsFile.UsualPath);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // That of a run which could not clean up says nothing about this one.
        EndpointsFile.Remove(EndpointsFile.UsualPath);
        foreach (var name in _resources)
            await notifications.WaitForResourceHealthyAsync(name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);

        EndpointsFile.Write(EndpointsFile.UsualPath, new LocalSystemEndpoints
        {
            Api = HttpUrl(ResourceNames.Api),
            Identity = HttpUrl(ResourceNames.Identity),
            Dashboard = DashboardUrl(),
            Postgres = await UriAsync(ResourceNames.Database, stoppingToken),
            Cache = await UriAsync(ResourceNames.Cache, stoppingToken),
        });
    }

    private string HttpUrl(string resource) =>
        model.Resources.OfType<IResourceWithEndpoints>().Single(candidate => candidate.Name == resource).GetEndpoint("http").Url;

    private async Task<string> UriAsync(string resource, CancellationToken cancellationToken)
    {
        var target = model.Resources.OfType<IResourceWithConnectionString>().Single(candidate => candidate.Name == resource);
        return await target.GetConnectionProperty("Uri").GetValueAsync(cancellationToken) ?? "";
    }

    private string? DashboardUrl()
    {
        var url = configuration["ASPNETCORE_URLS"]?.Split(';').FirstOrDefault();
        return configuration["AppHost:BrowserToken"] is { } token ? $"{url}/login?t={token}" : url;
    }
}

/// <summary>Adds the <see cref="EndpointsFileWriter"/>.</summary>
internal static class EndpointsFileExtensions
{
    /// <summary>Writes the file in a developer's run; an isolated one would overwrite it.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="folder">Says which of the two it is.</param>
    public static void AddEndpointsFile(this IDistributedApplicationBuilder builder, RunFolder folder)
    {
        if (folder.IsKept)
            builder.Services.AddHostedService<EndpointsFileWriter>();
    }
}
