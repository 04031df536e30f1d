using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Opportunities.Api.Http;

internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long a process that is to stop goes on serving, while <c>/health</c> and <c>/ready</c> send callers away.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// The time between being told to stop and stopping: requests are served as before, the process is not healthy, and every answer closes its
/// connection, so that no request is sent on one that the server is about to close.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source of cancellation without a timer or a link has nothing to give back.")]
internal sealed class Draining(IOptions<ShutdownOptions> options, TimeProvider time) : IHostedLifecycleService, IHealthCheck
{
    private readonly CancellationTokenSource _begun = new();

    public bool HasBegun => _begun.IsCancellationRequested;

    /// <summary>Is cancelled when it begins: nobody should wait for anything any more.</summary>
    public CancellationToken Begun => _begun.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _begun.CancelAsync();
        await Task.Delay(options.Value.Drain, time, cancellationToken);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HasBegun ? HealthCheckResult.Unhealthy("The process is about to stop.") : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
