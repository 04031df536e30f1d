using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Opportunities.Api.Attachments;
using Opportunities.Api.Caching;
using Opportunities.Api.Events;
using Opportunities.Api.Http;
using Opportunities.Data;

namespace Opportunities.Api.Health;

/// <summary>What the API needs to serve requests (the database, and not to be told to stop), and what it can do without (the cache; the object store, but for attachments; whoever takes events).</summary>
internal static class ApiHealth
{
    public static void AddApiHealth(this IServiceCollection services)
    {
        services.AddSingleton<SchemaSeen>().AddSingleton<EventsSeen>();
        services.AddHealthChecks()
            .AddCheck<Draining>("process")
            .AddBounded<DatabaseHealthCheck>("database", HealthStatus.Unhealthy)
            .AddBounded<CacheHealthCheck>("cache", HealthStatus.Degraded)
            .AddBounded<StorageHealthCheck>("storage", HealthStatus.Degraded)
            .AddBounded<EventsHealthCheck>("events", HealthStatus.Degraded);
    }

    private static IHealthChecksBuilder AddBounded<TCheck>(this IHealthChecksBuilder checks, string name, HealthStatus failure)
        where TCheck : IHealthCheck
    {
        checks.Services.AddSingleton<BoundedHealthCheck<TCheck>>();
        return checks.AddCheck<BoundedHealthCheck<TCheck>>(name, failure);
    }

    /// <summary>Whether the schema was once found to be at least at this build's version.</summary>
    internal sealed class SchemaSeen
    {
        public volatile bool IsSufficient;
    }

    private sealed class DatabaseHealthCheck(OpportunitiesDbContext database, SchemaSeen schema) : IHealthCheck
    {
        // The schema is asked about until it will do, and then no more: it never goes back, and while a newer build's migrations run, they
        // have their table locked.
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (schema.IsSufficient) await database.Database.ExecuteSqlAsync($"SELECT 1", cancellationToken);
            else schema.IsSufficient = await SchemaVersion.IsSufficientAsync(database, cancellationToken);
            return schema.IsSufficient ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The schema is older than this build needs.");
        }
    }

    private sealed class CacheHealthCheck(CacheConnection cache) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await cache.Database.PingAsync().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }

    private sealed class StorageHealthCheck(IObjectStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await store.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }

    /// <summary>What was last found of events that wait, and when.</summary>
    private sealed class EventsSeen
    {
        public volatile Tuple<bool, long>? Latest;
    }

    // That another process fails to publish shows in what waits. What waited before this one began, such as the events of demo data,
    // which are dated back, gets the same time to be published.
    private sealed class EventsHealthCheck(EventRelay relay, NpgsqlDataSource database, EventsSeen seen, TimeProvider time) : IHealthCheck
    {
        private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

        // Seldom, compared with how long it is waited for: probes ask every process every few seconds.
        private static readonly TimeSpan _interval = TimeSpan.FromSeconds(15);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            return relay.IsFailing || (relay.Age > _patience && await AreLateAsync(cancellationToken))
                ? HealthCheckResult.Degraded("Events wait to be published.")
                : HealthCheckResult.Healthy();
        }

        private async Task<bool> AreLateAsync(CancellationToken cancellationToken)
        {
            if (seen.Latest is var (wereLate, at) && time.GetElapsedTime(at) < _interval) return wereLate;
            var late = time.GetUtcNow().UtcDateTime - _patience;
            var areLate = (await new SqlBuilder()
                .Add(
                    $"""
                    SELECT EXISTS (SELECT FROM (SELECT occurred_at FROM unpublished_events ORDER BY sequence LIMIT 1) first WHERE occurred_at < {late})
                      OR EXISTS (SELECT FROM parked_events)
                    """)
                .ToListAsync(database, static row => row.GetBoolean(0), cancellationToken)).Single();
            seen.Latest = Tuple.Create(areLate, time.GetTimestamp());
            return areLate;
        }
    }
}
