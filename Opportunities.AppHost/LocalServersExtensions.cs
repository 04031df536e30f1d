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
        var postgres = builder.AddServer(ResourceNames.Postgres, postgresLaunch).WithIconName("Server");
        var database = builder
            .AddConnectionString(ResourceNames.Database, ReferenceExpression.Create($"{postgres};Database={ResourceNames.Database}"))
            .WithConnectionProperty("Uri", $"{postgresLaunch.Uri}/{ResourceNames.Database}")
            .WithParentRelationship(postgres.Resource)
            .WithHealthCheck(HealthCheckOf(ResourceNames.Database));
        var redis = builder.AddServer(ResourceNames.Cache, redisLaunch);

        builder.Services.AddHealthChecks()
            .AddNpgSql($"{postgresLaunch.ConnectionString};Database=postgres", name: HealthCheckOf(ResourceNames.Postgres))
            .AddNpgSql($"{postgresLaunch.ConnectionString};Database={ResourceNames.Database}", name: HealthCheckOf(ResourceNames.Database))
            .AddRedis(redisLaunch.ConnectionString, name: HealthCheckOf(ResourceNames.Cache));

        return new(database, redis);
    }

    private static async Task<(ServerLaunch Postgres, ServerLaunch Redis)> PrepareAsync(RunFolder folder)
    {
        var preparing = RedisSetup.PrepareAsync(new ServerOptions { Port = UsualPort.Wanted(UsualPort.Cache, folder) });
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
        this IDistributedApplicationBuilder builder, string name, ServerLaunch launch)
    {
        var server = builder.AddResource(new LocalServerResource(name, launch))
            .WithConnectionProperty("Uri", launch.Uri)
            .WithArgs([.. launch.Command.Arguments])
            .WithEndpoint("tcp", endpoint =>
            {
                // The port is part of the command line, so nothing may stand in front of it.
                (endpoint.Port, endpoint.TargetPort, endpoint.IsProxied) = (launch.Port, launch.Port, false);
                endpoint.TargetHost = "127.0.0.1";
            })
            .WithHealthCheck(HealthCheckOf(name))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = launch.Product, Properties = [] })
            .OnInitializeResource((resource, initialize, cancellationToken) =>
            {
                _ = Task.Run(() => ShowAsync(resource, initialize, launch.Product), cancellationToken);
                return Task.CompletedTask;
            });

        foreach (var (variable, value) in launch.Command.Environment) server.WithEnvironment(variable, value ?? "");
        return server;
    }

    /// <summary>
    /// Names the product where Aspire names the program that it starts: a shell, or what drops the privileges of root, with a page of
    /// arguments. Aspire writes that again with each change of the process.
    /// </summary>
    private static async Task ShowAsync(LocalServerResource server, InitializeResourceEvent initialize, string product)
    {
        var stopping = initialize.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await foreach (var change in initialize.Notifications.WatchAsync(stopping))
        {
            if (change.Resource != server || !change.Snapshot.Properties.Any(property => property.Name == Program)) continue;
            await initialize.Notifications.PublishUpdateAsync(server, change.ResourceId, snapshot => snapshot with
            {
                Properties =
                [
                    .. snapshot.Properties.Where(property => property.Name is not (Program or Arguments or Source)),
                    new(Source, product),
                    new(Arguments, ImmutableArray<string>.Empty),
                ],
            });
        }
    }

    private static string HealthCheckOf(string resource) => $"{resource}_check";
}
