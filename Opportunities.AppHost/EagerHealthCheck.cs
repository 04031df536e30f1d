using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Opportunities.AppHost;

/// <summary>
/// A health check that asks again soon. Aspire asks after one, two, three, four and five seconds more, and then every five: a service that
/// is ready a moment after it was asked would keep those that wait for it waiting.
/// </summary>
internal sealed class EagerHealthCheck(IHealthCheck check) : IHealthCheck
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var end = TimeProvider.System.GetUtcNow() + _patience;
        while (true)
        {
            var result = await check.CheckHealthAsync(context, cancellationToken);
            if (result.Status == HealthStatus.Healthy || TimeProvider.System.GetUtcNow() > end) return result;
            await Task.Delay(_pause, cancellationToken);
        }
    }
}

internal static class EagerHealthCheckExtensions
{
    /// <summary>Makes every health check of the resources an eager one.</summary>
    public static void AddEagerHealthChecks(this IDistributedApplicationBuilder builder) =>
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var registration in options.Registrations)
            {
                var create = registration.Factory;
                registration.Factory = services => new EagerHealthCheck(create(services));
            }
        });
}
