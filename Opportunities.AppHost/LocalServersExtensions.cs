using System.Collections.Immutable;

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

    // The properties of a resource that the dashboard's column "Source" is made of.
    private const string Program = "executable.path";
    private const string Arguments = "resource.appArgs";
    private const string Source = "resource.source";

    /// <summary>Adds the servers under the names, and with the health checks, that the containers would have.</summary>
    public static async Task<DataServers> AddLocalServersAsync(this IDistributedApplicationBuilder builder, RunFolder folder)
    {
        var (postgresLaunch, redisLaunch) = await PrepareAsync(folder);
        var postgres = builder.AddServer(
            ResourceNames.Postgres, postgresLaunch,
            $"postgresql://{PostgresSetup.UserName}:{PostgresSetup.DevelopmentPassword}@127.0.0.1:{postgresLaunch.Port}");
        postgres.WithIconName("Server");
        var database = builder.AddDatabase(postgres.Resource);
        var redis = builder.AddServer(
            ResourceNames.Cache, redisLaunch,
            $"redis://:{RedisSetup.DevelopmentPassword}@127.0.0.1:{redisLaunch.Port}");

        builder.Services.AddHealthChecks()
            .AddNpgSql($"{postgresLaunch.ConnectionString};Database=postgres", name: HealthCheckOf(ResourceNames.Postgres))
            .AddNpgSql($"{postgresLaunch.ConnectionString};Database={ResourceNames.Database}", name: HealthCheckOf(ResourceNames.Database))
            .AddRedis(redisLaunch.ConnectionString, name: HealthCheckOf(ResourceNames.Cache));

        return new(database, redis);
    }

    private static async Task<(ServerLaunch Postgres, ServerLaunch Redis)> PrepareAsync(RunFolder folder)
    {
        var preparing = RedisSetup.PrepareAsync(new RedisOptions { Port = UsualPort.Wanted(UsualPort.Cache, folder) });
        var postgres = await PostgresSetup.PrepareAsync(new PostgresOptions
        {
            DataDirectory = folder.PathOf("postgres"),
            Port = UsualPort.Wanted(UsualPort.Postgres, folder),
            InitialDatabase = ResourceNames.Database,
            IsDurable = folder.IsKept,
        });
        var redis = await preparing;
        UsualPort.TellIfOther(postgres.Port, UsualPort.Postgres, ResourceNames.Postgres, folder);
        UsualPort.TellIfOther(redis.Port, UsualPort.Cache, ResourceNames.Cache, folder);
        return (postgres with { Command = EndedInOrder(postgres.Command) }, redis);
    }

    private static LaunchCommand EndedInOrder(LaunchCommand postgres) => OperatingSystem.IsWindows()
        ? postgres
        : postgres with
        {
            Executable = "/bin/sh",
            Arguments = ["-c", EndPostgresInOrder, "sh", postgres.Executable, .. postgres.Arguments],
        };

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
            .WithHealthCheck(HealthCheckOf(name))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = launch.Product, Properties = [] })
            .OnInitializeResource((resource, initialize, _) =>
            {
                Watch(initialize, resource, change => ShowAsync(initialize.Notifications, change, launch.Product));
                return Task.CompletedTask;
            });

        foreach (var (variable, value) in launch.Command.Environment)
            server.WithEnvironment(variable, value ?? "");
        return server;
    }

    private static IResourceBuilder<LocalDatabaseResource> AddDatabase(
        this IDistributedApplicationBuilder builder, LocalServerResource server)
    {
        var database = builder.AddResource(new LocalDatabaseResource(ResourceNames.Database, server))
            .WithHealthCheck(HealthCheckOf(ResourceNames.Database))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "PostgreSQL database", Properties = [] });

        // Aspire hands the state of a container down to what it contains, but not that of an executable.
        return database.OnInitializeResource((resource, initialize, _) =>
        {
            Watch(initialize, server, change => initialize.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = change.Snapshot.State,
                StartTimeStamp = change.Snapshot.StartTimeStamp,
                StopTimeStamp = change.Snapshot.StopTimeStamp,
            }));
            return Task.CompletedTask;
        });
    }

    private static void Watch(InitializeResourceEvent initialize, LocalServerResource server, Func<ResourceEvent, Task> then)
    {
        var stopping = initialize.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _ = Task.Run(
            async () =>
            {
                await foreach (var change in initialize.Notifications.WatchAsync(stopping))
                {
                    if (change.Resource == server)
                        await then(change);
                }
            },
            stopping);
    }

    /// <summary>
    /// Names the product where Aspire names the program that it starts: a shell, or what drops the privileges of root, with a page of
    /// arguments. Aspire writes that again with each change of the process.
    /// </summary>
    private static Task ShowAsync(ResourceNotificationService notifications, ResourceEvent change, string product) =>
        change.Snapshot.Properties.Any(property => property.Name == Program)
            ? notifications.PublishUpdateAsync(change.Resource, change.ResourceId, snapshot => snapshot with
            {
                Properties =
                [
                    .. snapshot.Properties.Where(property => property.Name is not (Program or Arguments or Source)),
                    new(Source, product),
                    new(Arguments, ImmutableArray<string>.Empty),
                ],
            })
            : Task.CompletedTask;

    private static string HealthCheckOf(string resource) => $"{resource}_check";
}
