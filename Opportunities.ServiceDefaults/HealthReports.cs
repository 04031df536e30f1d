using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;

namespace Opportunities.ServiceDefaults;

/// <summary>Runs the health checks at most once a second, however many ask: an open endpoint must not load what it checks.</summary>
public sealed class HealthReports(HealthCheckService checks, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _refresh = new(1, 1);
    private volatile Entry? _latest;

    /// <summary>The current report, at most a second old.</summary>
    /// <param name="cancellationToken">Ends the wait, not the checks that others wait for.</param>
    public async Task<HealthReport> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } report) return report;
        await _refresh.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } refreshed) return refreshed;
            var latest = await CheckAsync();
            _latest = new Entry(latest, time.GetTimestamp());
            return latest;
        }
        finally
        {
            _refresh.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _refresh.Dispose();

    /// <summary>A probe is no trace, whatever context its sender gives it, and neither is what it asks.</summary>
    private async Task<HealthReport> CheckAsync()
    {
        Activity.Current = null;
        using var suppressed = SuppressInstrumentationScope.Begin();
        return await checks.CheckHealthAsync(CancellationToken.None);
    }

    private HealthReport? Fresh() => _latest is { } latest && time.GetElapsedTime(latest.TakenAt) < _lifetime ? latest.Report : null;

    private sealed record Entry(HealthReport Report, long TakenAt);
}
