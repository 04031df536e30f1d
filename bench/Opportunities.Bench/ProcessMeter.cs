using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Opportunities.Bench;

/// <summary>
/// What a .NET process uses while it is measured: processor time, allocated bytes, resident memory. Linux only (it reads /proc).
/// </summary>
internal sealed class ProcessMeter : IAsyncDisposable
{
    private const double TicksPerSecond = 100;

    private readonly int _processId;
    private readonly double _cpuBefore;
    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private readonly List<double> _allocationRates = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sampling;
    private double _rss;

    public ProcessMeter(int processId)
    {
        _processId = processId;
        var provider = new EventPipeProvider(
            "System.Runtime", EventLevel.Informational, arguments: new Dictionary<string, string> { ["EventCounterIntervalSec"] = "0.5" });
        _session = new DiagnosticsClient(processId).StartEventPipeSession(provider, requestRundown: false);
        _reading = Task.Run(ReadAllocations);
        _sampling = SampleAsync();
        _cpuBefore = CpuSeconds();
    }

    /// <summary>Ends the metering: seconds of the processor, bytes a second, largest resident MiB.</summary>
    public async Task<(double CpuSeconds, double? BytesPerSecond, double RssMiB)> StopAsync()
    {
        var cpu = CpuSeconds() - _cpuBefore;
        await _stop.CancelAsync();
        await _sampling;
        await _session.StopAsync(CancellationToken.None);
        await _reading;
        // The first and the last interval reach over the edges of the measurement.
        var rates = _allocationRates.Count > 2 ? _allocationRates[1..^1] : [];
        return (cpu, rates.Count > 0 ? rates.Average() : null, _rss);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        _session.Dispose();
        _stop.Dispose();
    }

    private void ReadAllocations()
    {
        using var events = new EventPipeEventSource(_session.EventStream);
        events.Dynamic.All += data =>
        {
            if (data.EventName != "EventCounters") return;
            var payload = (IDictionary<string, object>)((IDictionary<string, object>)data.PayloadValue(0))["Payload"];
            if (payload["Name"] is not "alloc-rate") return;
            var seconds = Convert.ToDouble(payload["IntervalSec"], CultureInfo.InvariantCulture);
            if (seconds > 0) _allocationRates.Add(Convert.ToDouble(payload["Increment"], CultureInfo.InvariantCulture) / seconds);
        };
        events.Process();
    }

    private async Task SampleAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _rss = Math.Max(_rss, RssMiB(_processId));
            await Task.Delay(200, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The memory that a process has resident.</summary>
    public static double RssMiB(int processId) => long.Parse(
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;

    private double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{_processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
            / TicksPerSecond;
    }
}
