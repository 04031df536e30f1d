using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Opportunities.ServiceDefaults;

/// <summary>What every service of the system has: telemetry, health, service discovery, resilient HTTP clients.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The HTTP clients of OpenTelemetry's exporter, by the names that it gives them.</summary>
    private static readonly string[] _exporters = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter"];

    /// <summary>Adds the shared defaults. Call it first.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.Services.AddHealthChecks();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HealthReports>();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        // The exporter repeats by itself, and what is said of each of its requests would be a log to export.
        foreach (var exporter in _exporters)
        {
            builder.Services.AddHttpClient(exporter).RemoveAllLoggers()
                .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
        }

        return builder;
    }

    /// <summary>
    /// Maps <c>GET /health</c> (200 or 503: can requests be served?) and <c>GET /alive</c> (200: does the process answer?),
    /// both without a token and without any detail.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapGet("/health", async (HealthReports reports, CancellationToken cancellationToken) =>
            HealthStatusResponse.From((await reports.GetAsync(cancellationToken)).Status))
            .AllowAnonymous()
            .ExcludeFromDescription();
        app.MapGet("/alive", () => HealthStatusResponse.Alive)
            .AllowAnonymous()
            .ExcludeFromDescription();
        return app;
    }

    /// <summary>Whether a collector is configured (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>): to gather traces is of use only then.</summary>
    public static bool ExportsTelemetry(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    private static void AddTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // JSON for machines; a terminal in development keeps the readable default.
        if (!builder.Environment.IsDevelopment())
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }

        builder.Logging.Configure(logging =>
            logging.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);

        // Without a collector the SDK would only cost time: nothing would receive what it gathers.
        if (!builder.ExportsTelemetry()) return;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(TelemetryNames.Meter))
            .WithTracing(tracing => tracing
                .ConfigureSampler(static (_, sampler) => new NamedTracesSampler(sampler))
                .AddSource(TelemetryNames.ActivitySource)
                .AddAspNetCoreInstrumentation(options => options.Filter = static context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health") || path.StartsWithSegments("/alive") || path.StartsWithSegments("/ready");
}
