namespace Opportunities.LocalHost;

/// <summary>What a developer wants to know once the system runs.</summary>
public static class Welcome
{
    /// <summary>Every URL, and two commands to copy.</summary>
    /// <param name="endpoints">Where the system is.</param>
    public static string Text(LocalSystemEndpoints endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var dashboard = endpoints.Dashboard is null ? "" : $"\n  Dashboard     {endpoints.Dashboard}";
        return $$"""

              Opportunities is running. Ctrl+C stops it.

              API           {{endpoints.Api}}/api/v1/opportunities
              API docs      {{endpoints.Api}}/docs
              OpenAPI       {{endpoints.Api}}/openapi/v1.json
              Health        {{endpoints.Api}}/health/detailed
              Identity      {{endpoints.Identity}}{{dashboard}}
              PostgreSQL    {{endpoints.Postgres}}
              Redis         {{endpoints.Cache}}

              A token, and a first request:

            TOKEN=$(curl -s {{endpoints.Identity}}/oauth2/token -d grant_type=client_credentials \
              -d client_id=dev-all -d client_secret=development-only | grep -o '"access_token": *"[^"]*' | cut -d'"' -f4)
            curl -s "{{endpoints.Api}}/api/v1/opportunities?size=3" -H "Authorization: Bearer $TOKEN"

            """;
    }
}
