namespace Opportunities.SystemTests.Faults;

/// <summary>
/// Spreads requests over API processes as a load balancer does: by turns over those whose <c>/health</c> is 200, over all where
/// none is, and without repeating any.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Task _watching;
    private volatile ServiceProcess[] _all;
    private volatile Uri[] _inRotation;
    private uint _turn;

    public Balancer(params ServiceProcess[] processes)
    {
        _all = processes;
        _inRotation = [.. processes.Select(process => process.BaseAddress)];
        _watching = WatchAsync();
    }

    public Uri Next()
    {
        var targets = _inRotation;
        return targets[Interlocked.Increment(ref _turn) % targets.Length];
    }

    public bool IsInRotation(ServiceProcess process) => _inRotation.Contains(process.BaseAddress);

    public void Replace(ServiceProcess gone, ServiceProcess heir) => _all = [.. _all.Where(process => process != gone), heir];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var all = _all;
            var healthy = await Task.WhenAll(all.Select(IsHealthyAsync));
            Uri[] targets = [.. all.Where((_, index) => healthy[index]).Select(process => process.BaseAddress)];
            _inRotation = targets.Length > 0 ? targets : [.. all.Select(process => process.BaseAddress)];
            await Task.Delay(200, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsHealthyAsync(ServiceProcess process)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(process.BaseAddress, "/health"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
