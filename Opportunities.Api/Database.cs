using Microsoft.EntityFrameworkCore;

namespace Opportunities.Api;

/// <summary>The database of the API: one pool of connections, for statements of its own and for EF Core, which writes.</summary>
internal static class Database
{
    /// <summary>Connections of the pool, where the connection string does not say how many.</summary>
    private const int DefaultPoolSize = 40;

    /// <summary>How many of them requests leave to the health check and to the process's own work.</summary>
    private const int Reserved = 6;

    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(static services =>
            Source(new(ConnectionString(services.GetRequiredService<IConfiguration>()))).Build());
        builder.Services.AddSingleton<CallerDatabase>();
        builder.Services.AddHostedService<HangingDatabaseGuard>();
        builder.AddNpgsqlDbContext<OpportunitiesDbContext>(
            ResourceNames.Database,
            settings =>
            {
                // A request that failed is repeated by its caller, who knows whether it may be; here it could be made twice.
                settings.DisableRetry = true;
                // The API has a check of its own, which looks at the schema too.
                settings.DisableHealthChecks = true;
                settings.DisableTracing = settings.DisableMetrics = !builder.ExportsTelemetry();
            },
            static options => options.UseSnakeCaseNamingConvention());
        builder.Services.ConfigureDbContext<OpportunitiesDbContext>(
            static (services, options) => options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()));
    }

    /// <summary>A source of connections whose statements have their names in traces.</summary>
    public static NpgsqlDataSourceBuilder Source(NpgsqlConnectionStringBuilder connection) =>
        new NpgsqlDataSourceBuilder(connection.ConnectionString).ConfigureTracing(static tracing => tracing
            .ConfigureCommandSpanNameProvider(static command => SqlSpanName.From(command.CommandText))
            .ConfigureBatchSpanNameProvider(static batch =>
                batch.BatchCommands.Count > 0 ? SqlSpanName.From(batch.BatchCommands[0].CommandText) : null));

    public static int PoolSize(NpgsqlDataSource database) => new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;

    /// <summary>How many connections requests may hold.</summary>
    public static int PlacesForRequests(NpgsqlDataSource database) => Math.Max(1, PoolSize(database) - Reserved);

    /// <summary>The connection string with a time limit for everything, so that nothing hangs. What it says has precedence.</summary>
    public static string ConnectionString(IConfiguration configuration)
    {
        var limits = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "opportunities-api",
            Timeout = (int)TimeLimits.DatabaseConnect.TotalSeconds,
            CommandTimeout = (int)TimeLimits.DatabaseCommand.TotalSeconds,
            CancellationTimeout = (int)TimeLimits.DatabaseCancellation.TotalMilliseconds,
            MaxPoolSize = DefaultPoolSize,
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
            // To compile a statement takes longer than any of ours does. At the price of a disk that turns, PostgreSQL would look for a
            // state's rows among the newest of all, which may all be in other states, instead of in the state's own index.
            Options = $"-c lock_timeout={TimeLimits.DatabaseLock.TotalSeconds}s -c "
                + $"statement_timeout={TimeLimits.DatabaseStatement.TotalSeconds}s -c jit=off -c random_page_cost=1.1",
        };
        foreach (var (key, value) in new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ResourceNames.Database)))
            limits[key] = value;
        return limits.ConnectionString;
    }
}
