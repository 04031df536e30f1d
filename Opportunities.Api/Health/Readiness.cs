using Microsoft.Extensions.Diagnostics.HealthChecks;
using Opportunities.Api.Http;

namespace Opportunities.Api.Health;

/// <summary>
/// <c>GET /ready</c>, for whoever replaces processes: 200 once the database had a schema that this build can work with, and from then on
/// for as long as the process is not told to stop. A database that is away makes <c>/health</c> 503; a new process would not find it
/// either.
/// </summary>
internal static class Readiness
{
    public const string Path = "/ready";

    public static void MapReadiness(this WebApplication app) =>
        app.MapGet(
            Path, async (ApiHealth.SchemaSeen schema, Draining draining, HealthReports reports, CancellationToken cancellationToken) =>
            {
                if (!schema.IsSufficient) await reports.GetAsync(cancellationToken);
                return HealthStatusResponse.From(schema.IsSufficient && !draining.HasBegun ? HealthStatus.Healthy : HealthStatus.Unhealthy);
            }).AllowAnonymous().ExcludeFromDescription();
}
