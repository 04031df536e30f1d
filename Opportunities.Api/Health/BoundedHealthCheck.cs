using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Opportunities.Api.Health;

/// <summary>
/// Asks a dependency on behalf of <see cref="HealthReports"/>, which makes one report at a time, and waits for the answer only so
/// long. A token would not do: the client of a server that hangs takes seconds to cancel what it asked. At most one question is
/// under way; where it takes longer than a report waits, its answer is the next report's.
/// </summary>
internal sealed class BoundedHealthCheck(
    IServiceScopeFactory scopes, Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> ask) : IHealthCheck
{
    private Task<HealthCheckResult>? _question;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // On a thread of its own: a directory is asked synchronously.
        if (_question is not { IsCompleted: false }) _question = Task.Run(AskAsync, CancellationToken.None);
        try
        {
            return await _question.WaitAsync(TimeLimits.HealthReport, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"No answer within {TimeLimits.HealthReport.TotalSeconds} s.");
        }
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        using var limit = new CancellationTokenSource(TimeLimits.HealthCheck);
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider, limit.Token);
    }
}
