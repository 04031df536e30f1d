using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Opportunities.ServiceDefaults;

/// <summary>The whole answer of <c>/health</c> and <c>/alive</c>.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
public sealed record HealthStatusResponse(string Status)
{
    internal static JsonHttpResult<HealthStatusResponse> Alive => TypedResults.Json(new HealthStatusResponse("healthy"));

    /// <summary>The answer, with its status code.</summary>
    public static JsonHttpResult<HealthStatusResponse> From(HealthStatus status) => status == HealthStatus.Unhealthy
        ? TypedResults.Json(new HealthStatusResponse("unhealthy"), statusCode: StatusCodes.Status503ServiceUnavailable)
        : TypedResults.Json(new HealthStatusResponse("healthy"));
}
