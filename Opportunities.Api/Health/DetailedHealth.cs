using System.Reflection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Opportunities.Api.Health;

/// <summary>The answer of <c>/health/detailed</c>.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Version">This build's version.</param>
/// <param name="Timestamp">When the checks ran, UTC.</param>
/// <param name="Components">Each dependency by its role; never a host name or an exception's text.</param>
public sealed record DetailedHealthResponse(
    [property: MaxLength(9), RegularExpression("^(healthy|degraded|unhealthy)$")] string Status, [property: MaxLength(100)] string Version,
    DateTime Timestamp, IReadOnlyDictionary<string, ComponentHealth> Components);

/// <summary>One dependency.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="LatencyMs">How long its check took, in milliseconds.</param>
public sealed record ComponentHealth(
    [property: MaxLength(9), RegularExpression("^(healthy|degraded|unhealthy)$")] string Status, double LatencyMs);

/// <summary><c>GET /health/detailed</c>: the status code of <c>/health</c>, and how each dependency does.</summary>
internal static class DetailedHealth
{
    private static readonly string _version =
        typeof(DetailedHealth).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void MapDetailedHealth(this WebApplication app) => app.MapGet("/health/detailed", HandleAsync)
        .AllowAnonymous()
        .WithName("GetDetailedHealth")
        .WithTags("Health")
        .WithSummary("Health of the service and of each dependency")
        .WithDescription(
            "503 when requests cannot be served, and while the process is about to stop. A lost cache or file store is degraded, and so "
            + "are events that cannot be published; still 200.")
        .Produces<DetailedHealthResponse>()
        .Produces<DetailedHealthResponse>(StatusCodes.Status503ServiceUnavailable);

    private static async Task<JsonHttpResult<DetailedHealthResponse>> HandleAsync(
        HealthReports reports, TimeProvider time, CancellationToken cancellationToken)
    {
        var report = await reports.GetAsync(cancellationToken);
        var response = new DetailedHealthResponse(
            Name(report.Status), _version, Microseconds.Now(time),
            report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new ComponentHealth(Name(entry.Value.Status), Math.Round(entry.Value.Duration.TotalMilliseconds, 1))));
        return TypedResults.Json(response, ApiJson.Wire.DetailedHealthResponse, statusCode: report.Status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK);
    }

    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();
}
