using Microsoft.EntityFrameworkCore;
using Npgsql;
using Opportunities.Data;
using Opportunities.ServiceDefaults;

namespace Opportunities.Api;

/// <summary>The database connection of the API.</summary>
internal static class Database
{
    /// <summary>Connections of one process.</summary>
    private const int PoolSize = 40;

    /// <summary>How many of them requests may hold: some are left for the health check and for the process's own work.</summary>
    public const int PlacesForRequests = PoolSize - 6;

    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DatabasePlaces>();
        builder.Services.ConfigureDbContext<OpportunitiesDbContext>(
            static (services, options) => options.AddInterceptors(services.GetRequiredService<DatabasePlaces>()));
        AddContext(builder);
    }

    private static void AddContext(IHostApplicationBuilder builder) => builder.AddNpgsqlDbContext<OpportunitiesDbContext>(
        ResourceNames.Database,
        settings =>
        {
            settings.ConnectionString = WithLimits(settings.ConnectionString);
            // A request that failed is repeated by its caller, who knows whether it may be; here it could be made twice.
            settings.DisableRetry = true;
            // The API has a check of its own, which looks at the schema too.
            settings.DisableHealthChecks = true;
            settings.DisableTracing = settings.DisableMetrics = !builder.ExportsTelemetry();
        },
        options => options.UseNpgsql(static npgsql => npgsql.ConfigureDataSource(static source => source.ConfigureTracing(NameSpans)))
            .UseSnakeCaseNamingConvention().UseQueryTrackingBehavior(QueryTrackingBehavior.TrackAll));

    /// <summary>The connection string, with the limits; what the context says of it lacks the password.</summary>
    public static string ConnectionString(IConfiguration configuration) => WithLimits(configuration.GetConnectionString(ResourceNames.Database))!;

    /// <summary>Names the spans of statements.</summary>
    public static void NameSpans(NpgsqlTracingOptionsBuilder tracing) => tracing
        .ConfigureCommandSpanNameProvider(static command => SqlSpanName.From(command.CommandText))
        .ConfigureBatchSpanNameProvider(static batch => batch.BatchCommands.Count > 0 ? SqlSpanName.From(batch.BatchCommands[0].CommandText) : null);

    // Time limits for everything, so that a hanging database is an error and not a hanging request. What the connection string
    // says itself has precedence.
    private static string? WithLimits(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString)) return connectionString;
        var limits = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "opportunities-api",
            Timeout = 3,
            CommandTimeout = 10,
            CancellationTimeout = 1000,
            MaxPoolSize = PoolSize,
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
            Options = "-c lock_timeout=5s -c statement_timeout=15s",
        };
        foreach (var (key, value) in new NpgsqlConnectionStringBuilder(connectionString)) limits[key] = value;
        return limits.ConnectionString;
    }
}
