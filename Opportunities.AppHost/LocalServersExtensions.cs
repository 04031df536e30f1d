using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.AppHost;

/// <summary>PostgreSQL and Redis as executables of this machine, for where no container runtime answers.</summary>
internal static class LocalServersExtensions
{
    // Asked to end with SIGTERM, as the orchestrator does, PostgreSQL waits for its clients to leave, and is killed when they do not.
    // SIGINT is the signal at which it closes their connections and ends in order.
    private const string EndPostgresInOrder =
        """
        trap 'kill -INT $server' TERM
        "$@" & server=$!
        while kill -0 $server 2> /dev/null; do wait $server; done
        """;

    /// <summary>Adds the servers under the names, and with the health checks, that the containers would have.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="folder">Where the database is kept.</param>
    public static async Task<DataServers> AddLocalServersAsync(this IDistributedApplicationBuilder builder, RunFolder folder)
    {
        var (postgresLaunch, redisLaunch) = await PrepareAsync(folder);
        var postgres = builder.AddServer(
            ResourceNames.Postgres, postgresLaunch,
            $"postgresql://{PostgresServer.UserName}:{PostgresServer.DevelopmentPassword}@127.0.0.1:{postgresLaunch.Port}");
        var database = builder.AddDatabase(postgres.Resource);
        var redis = builder.AddServer(
            ResourceNames.Cache, redisLaunch,
            $"redis://:{RedisServer.DevelopmentPassword}@127.0.0.1:{redisLaunch.Port}");

        builder.Services.AddHealthChecks()
            .AddNpgSql($"{postgresLaunch.ConnectionString};Database=postgres", name: HealthCheckOf(ResourceNames.Postgres))
            .AddNpgSql($"{postgresLaunch.ConnectionString};Database={ResourceNames.Database}", name: HealthCheckOf(ResourceNames.Database))
            .AddRedis(redisLaunch.ConnectionString, name: HealthCheckOf(ResourceNames.Cache));

        return new(database, redis);
    }

    private static async Task<(ServerLaunch Postgres, ServerLaunch Redis)> PrepareAsync(RunFolder folder)
    {
        var postgres = await PostgresServer.PrepareAsync(new PostgresServerOptions
        {
            DataDirectory = folder.PathOf("postgres"),
            Port = UsualPort.Choose(UsualPort.Postgres, ResourceNames.Postgres, folder),
            InitialDatabase = ResourceNames.Database,
            IsDurable = folder.IsKept,
        });
        var redis = RedisServer.Prepare(new RedisServerOptions { Port = UsualPort.Choose(UsualPort.Cache, ResourceNames.Cache, folder) });
        return (postgres with { Command = EndedInOrder(postgres.Command) }, redis);
    }

    private static LaunchCommand EndedInOrder(LaunchCommand postgres) => OperatingSystem.IsWindows()
        ? postgres
        : postgres with { Executable = "/bin/sh", Arguments = ["-c", EndPostgresInOrder, "sh", postgres.Executable, .. postgres.Arguments] };

    private static IResourceBuilder<LocalServerResource> AddServer(
        this IDistributedApplicationBuilder builder, string name, ServerLaunch launch, string uri)
    {
        var server = builder.AddResource(new LocalServerResource(name, launch, uri))
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

    private static string HealthCheckOf(string resource) => $"{resource}_check";
}
