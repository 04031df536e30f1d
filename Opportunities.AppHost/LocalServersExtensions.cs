using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Opportunities.LocalHost;
using Opportunities.ServiceDefaults;

namespace Opportunities.AppHost;

/// <summary>PostgreSQL and Redis as executables of this machine, for where no container runtime answers.</summary>
internal static class LocalServersExtensions
{
    private const int UsualPostgresPort = 5432;
    private const int UsualRedisPort = 6379;

    /// <summary>Adds the servers under the names, and with the health checks, that the containers would have.</summary>
    /// <param name="builder">The application model.</param>
    public static async Task<DataServers> AddLocalServersAsync(this IDistributedApplicationBuilder builder)
    {
        var (postgresLaunch, redisLaunch) = await builder.PrepareAsync();
        var postgres = builder.AddServer(ResourceNames.Postgres, postgresLaunch);
        var database = builder.AddDatabase(postgres.Resource);
        var redis = builder.AddServer(ResourceNames.Cache, redisLaunch);

        // Told to stop, PostgreSQL waits for its clients to leave: a pooled connection of ours would hold it up.
        var probe = $"{postgresLaunch.ConnectionString};Pooling=false";
        builder.Services.AddHealthChecks()
            .AddNpgSql($"{probe};Database=postgres", name: HealthCheckOf(ResourceNames.Postgres))
            .AddNpgSql($"{probe};Database={ResourceNames.Database}", name: HealthCheckOf(ResourceNames.Database))
            .AddRedis(redisLaunch.ConnectionString, name: HealthCheckOf(ResourceNames.Cache));

        return new(database, redis);
    }

    private static async Task<(ServerLaunch Postgres, ServerLaunch Redis)> PrepareAsync(this IDistributedApplicationBuilder builder)
    {
        var keepsData = builder.KeepsData();
        var folder = keepsData ? builder.LocalPath("postgres") : Path.Combine(Path.GetTempPath(), $"opportunities-{Guid.NewGuid():N}");

        var postgres = await PostgresServer.PrepareAsync(new PostgresServerOptions
        {
            DataDirectory = folder,
            Port = keepsData ? ListenPort.Usually(UsualPostgresPort) : ListenPort.Free,
            InitialDatabase = ResourceNames.Database,
            IsDurable = keepsData,
        });
        var redis = RedisServer.Prepare(new RedisServerOptions
        {
            Port = keepsData ? ListenPort.Usually(UsualRedisPort) : ListenPort.Free,
        });

        if (!keepsData)
            builder.DeleteAtExit(folder);
        return (postgres, redis);
    }

    private static IResourceBuilder<LocalServerResource> AddServer(this IDistributedApplicationBuilder builder, string name, ServerLaunch launch)
    {
        var server = builder.AddResource(new LocalServerResource(name, launch))
            .WithArgs([.. launch.Command.Arguments])
            .WithEndpoint("tcp", endpoint =>
            {
                // The port is part of the command line, so nothing may stand in front of it.
                (endpoint.Port, endpoint.TargetPort, endpoint.IsProxied) = (launch.Port, launch.Port, false);
                endpoint.TargetHost = "127.0.0.1";
            })
            .WithHealthCheck(HealthCheckOf(name));

        foreach (var (variable, value) in launch.Command.Environment)
            server.WithEnvironment(variable, value ?? "");
        return server;
    }

    private static IResourceBuilder<LocalDatabaseResource> AddDatabase(this IDistributedApplicationBuilder builder, LocalServerResource server)
    {
        var database = builder.AddResource(new LocalDatabaseResource(ResourceNames.Database, server))
            .WithHealthCheck(HealthCheckOf(ResourceNames.Database));

        // Aspire hands the state of a container down to what it contains, but not that of an executable.
        database.OnInitializeResource((resource, initialize, startup) =>
        {
            var lifetime = initialize.Services.GetRequiredService<IHostApplicationLifetime>();
            _ = MirrorAsync(resource, initialize.Notifications, lifetime.ApplicationStopping);
            return Task.CompletedTask;
        });
        return database;
    }

    private static async Task MirrorAsync(LocalDatabaseResource database, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            if (change.Resource != database.Parent)
                continue;
            await notifications.PublishUpdateAsync(database, snapshot => snapshot with
            {
                State = change.Snapshot.State,
                StartTimeStamp = change.Snapshot.StartTimeStamp,
                StopTimeStamp = change.Snapshot.StopTimeStamp,
            });
        }
    }

    private static void DeleteAtExit(this IDistributedApplicationBuilder builder, string folder) =>
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            // Only then has the server ended.
            var lifetime = start.Services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStopped.Register(() => Directory.Delete(folder, recursive: true));
            return Task.CompletedTask;
        });

    private static string HealthCheckOf(string resource) => $"{resource}_check";
}
