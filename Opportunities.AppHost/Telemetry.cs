namespace Opportunities.AppHost;

/// <summary>How the services send their telemetry to the dashboard.</summary>
internal static class Telemetry
{
    /// <summary>
    /// Makes the services give up on a collector that is gone. At Ctrl+C the dashboard ends with them, and Aspire's default,
    /// to try again, holds each of them up for ten seconds; the last of them do not end by themselves at all.
    /// </summary>
    public static void AddQuickTelemetryEnd(this IDistributedApplicationBuilder builder)
    {
        foreach (var project in builder.Resources.OfType<ProjectResource>())
            builder.CreateResourceBuilder(project).WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "");
    }
}
