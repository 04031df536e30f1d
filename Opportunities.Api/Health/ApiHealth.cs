using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Opportunities.Api.Attachments;
using Opportunities.Api.Caching;
using Opportunities.Api.Events;
using Opportunities.Api.Http;

namespace Opportunities.Api.Health;

/// <summary>
/// What the API needs to serve requests (the database, and not to be told to stop), and what it can do without (the cache; the object
/// store, but for attachments; whoever takes events).
/// </summary>
internal static class ApiHealth
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>Seldom, compared with how long it is waited for: probes ask every process every few seconds.</summary>
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(15);

    public static void AddApiHealth(this IServiceCollection services)
    {
        services.AddSingleton<SchemaSeen>().AddSingleton<EventsSeen>();
        services.AddHealthChecks()
            .AddCheck<Draining>("process")
            .AddBounded("database", HealthStatus.Unhealthy, CheckDatabaseAsync)
            .AddBounded("cache", HealthStatus.Degraded, static async (services, cancellationToken) =>
            {
                await services.GetRequiredService<CacheConnection>().Database.PingAsync().WaitAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            })
            .AddBounded("storage", HealthStatus.Degraded, static async (services, cancellationToken) =>
            {
                await services.GetRequiredService<IObjectStore>().CheckAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            })
            .AddBounded("events", HealthStatus.Degraded, CheckEventsAsync);
    }

    private static IHealthChecksBuilder AddBounded(
        this IHealthChecksBuilder checks, string name, HealthStatus failure,
        Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> ask)
    {
        checks.Services.AddKeyedSingleton(name, (services, _) => ActivatorUtilities.CreateInstance<BoundedHealthCheck>(services, ask));
        return checks.Add(new(name, services => services.GetRequiredKeyedService<BoundedHealthCheck>(name), failure, tags: null));
    }

    // The schema is asked about until it will do, and then no more: it never goes back, and while a newer build's migrations run, they
    // have their table locked.
    private static async Task<HealthCheckResult> CheckDatabaseAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var (database, schema) = (services.GetRequiredService<OpportunitiesDbContext>(), services.GetRequiredService<SchemaSeen>());
        if (schema.IsSufficient) await database.Database.ExecuteSqlAsync($"SELECT 1", cancellationToken);
        else schema.IsSufficient = await SchemaVersion.IsSufficientAsync(database, cancellationToken);
        return schema.IsSufficient
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The schema is older than this build needs.");
    }

    // That another process fails to publish shows in what waits. What waited before this one began, such as the events of demo data,
    // which are dated back, gets the same time to be published.
    private static async Task<HealthCheckResult> CheckEventsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var relay = services.GetRequiredService<EventRelay>();
        return relay.IsFailing || (relay.Age > _patience && await AreLateAsync(services, cancellationToken))
            ? HealthCheckResult.Degraded("Events wait to be published.")
            : HealthCheckResult.Healthy();
    }

    private static async Task<bool> AreLateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var (seen, time) = (services.GetRequiredService<EventsSeen>(), services.GetRequiredService<TimeProvider>());
        if (seen.Latest is var (wereLate, at) && time.GetElapsedTime(at) < _interval) return wereLate;
        var late = time.GetUtcNow().UtcDateTime - _patience;
        var areLate = (await new SqlBuilder()
            .Add(
                $"""
                SELECT EXISTS (
                  SELECT FROM (SELECT occurred_at FROM unpublished_events ORDER BY sequence LIMIT 1) first WHERE occurred_at < {late})
                  OR EXISTS (SELECT FROM parked_events)
                """)
            .ToListAsync(services.GetRequiredService<NpgsqlDataSource>(), static row => row.GetBoolean(0), cancellationToken)).Single();
        seen.Latest = Tuple.Create(areLate, time.GetTimestamp());
        return areLate;
    }

    /// <summary>Whether the schema was once found to be at least at this build's version.</summary>
    internal sealed class SchemaSeen
    {
        public volatile bool IsSufficient;
    }

    /// <summary>What was last found of events that wait, and when.</summary>
    private sealed class EventsSeen
    {
        public volatile Tuple<bool, long>? Latest;
    }
}
