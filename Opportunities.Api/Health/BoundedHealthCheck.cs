using Microsoft.Extensions.Diagnostics.HealthChecks;
using Opportunities.ServiceDefaults;

namespace Opportunities.Api.Health;

/// <summary>
/// Asks a dependency on behalf of <see cref="HealthReports"/>, which makes one report at a time, and waits for the answer only so
/// long. A token would not do: the client of a server that hangs takes seconds to cancel what it asked. At most one question is
/// under way; where it takes longer than a report waits, its answer is the next report's.
/// </summary>
internal sealed class BoundedHealthCheck<TCheck>(IServiceScopeFactory scopes) : IHealthCheck
    where TCheck : IHealthCheck
{
    /// <summary>
    /// How long a report waits. An outage shows within 5 s though the report before it took as long, for another dependency, and is
    /// used for a second.
    /// </summary>
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(1800);

    /// <summary>How long the dependency has to answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private Task<HealthCheckResult>? _question;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // On a thread of its own: a directory is asked synchronously.
        if (_question is not { IsCompleted: false }) _question = Task.Run(() => AskAsync(context), CancellationToken.None);
        try
        {
            return await _question.WaitAsync(_limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"No answer within {_limit.TotalSeconds} s.");
        }
    }

    private async Task<HealthCheckResult> AskAsync(HealthCheckContext context)
    {
        using var patience = new CancellationTokenSource(_patience);
        await using var scope = scopes.CreateAsyncScope();
        return await ActivatorUtilities.CreateInstance<TCheck>(scope.ServiceProvider).CheckHealthAsync(context, patience.Token);
    }
}
