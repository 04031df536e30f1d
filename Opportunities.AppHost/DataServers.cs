using Aspire.Hosting.Publishing;

namespace Opportunities.AppHost;

/// <summary>PostgreSQL and Redis, in whichever form this machine can run them.</summary>
internal sealed record DataServers(
    IResourceBuilder<IResourceWithConnectionString> Database,
    IResourceBuilder<IResourceWithConnectionString> Cache);

internal static class DataServersExtensions
{
    /// <summary>Where a server or database is, as command line tools take it: a container says so itself, of others it is noted.</summary>
    public static ReferenceExpression Uri(this IResourceWithConnectionString resource) =>
        resource.Annotations.OfType<ConnectionPropertyAnnotation>().FirstOrDefault(property => property.Name == "Uri")?.Value
        ?? resource.GetConnectionProperty("Uri");

    /// <summary>
    /// Adds containers where a container runtime answers, otherwise local executables under the same names. This is decided before
    /// the model is built: a container resource without a runtime would never start, and nothing that waits for it would either.
    /// </summary>
    public static async Task<DataServers> AddDataServersAsync(this IDistributedApplicationBuilder builder, RunFolder folder)
    {
        if (builder.ExecutionContext.IsPublishMode) return builder.AddDeployedServers();

        var useContainers = builder.Configuration.GetValue<bool?>("UseContainers") ?? await builder.HasContainerRuntimeAsync();
        var servers = useContainers ? builder.AddContainers(folder.IsKept) : await builder.AddLocalServersAsync(folder);
        servers.Database.WithIconName("Database");
        servers.Cache.WithIconName("Flash");
        return servers;
    }

    /// <summary>Asks the runtime that Aspire would use. An installed client is not enough: the engine behind it must answer.</summary>
    private static async Task<bool> HasContainerRuntimeAsync(this IDistributedApplicationBuilder builder)
    {
        await using var services = builder.Services.BuildServiceProvider();
        var runtime = await services.GetRequiredService<IContainerRuntimeResolver>().ResolveAsync();
        return await runtime.CheckIfRunningAsync(CancellationToken.None);
    }

    /// <summary>
    /// Stand-ins without a server: the task definitions say where RDS and ElastiCache are. Containers would bring passwords, which a
    /// publish keeps in clear text in the user's deployment state.
    /// </summary>
    private static DataServers AddDeployedServers(this IDistributedApplicationBuilder builder)
    {
        return new(AddDeployed(ResourceNames.Database), AddDeployed(ResourceNames.Cache));

        IResourceBuilder<IResourceWithConnectionString> AddDeployed(string name) =>
            builder.AddConnectionString(name, ReferenceExpression.Create($"defined by the task"));
    }

    private static DataServers AddContainers(this IDistributedApplicationBuilder builder, bool keepsData)
    {
        var postgres = builder.AddPostgres(ResourceNames.Postgres).WithIconName("Server");
        if (keepsData) postgres.WithDataVolume();

        return new(postgres.AddDatabase(ResourceNames.Database), builder.AddRedis(ResourceNames.Cache));
    }
}
