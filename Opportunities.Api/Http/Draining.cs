using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Opportunities.Api.Health;
using Opportunities.ServiceDefaults;

namespace Opportunities.Api.Http;

/// <summary>Section <c>Shutdown</c>.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long a process that was told to stop goes on serving, while <c>/health</c> and <c>/ready</c> send load balancers elsewhere.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// The time between being told to stop and stopping: requests are served as before, <c>/health</c> and <c>/ready</c> are 503, and every answer closes its
/// connection, so that no request is sent on one that the server is about to close.
/// </summary>
internal sealed class Draining(IOptions<ShutdownOptions> options, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>Whether it has begun.</summary>
    public bool HasBegun { get; private set; }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        HasBegun = true;
        return Task.Delay(options.Value.Drain, time, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What answers are like while the process drains.</summary>
internal static class DrainingAnswers
{
    public static void UseDraining(this WebApplication app)
    {
        var draining = app.Services.GetRequiredService<Draining>();
        app.Use((context, next) =>
        {
            if (!draining.HasBegun) return next(context);
            if (HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
            if (context.Request.Path != "/health" && context.Request.Path != Readiness.Path) return next(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(new HealthStatusResponse("unhealthy"), ApiJson.Wire.HealthStatusResponse);
        });
    }
}
