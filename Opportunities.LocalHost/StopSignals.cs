using System.Runtime.InteropServices;

namespace Opportunities.LocalHost;

/// <summary>Turns Ctrl+C, SIGTERM and a closed terminal into an orderly stop; a second one ends this process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;

    private StopSignals(CancellationTokenSource stop) =>
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            .Select(signal => PosixSignalRegistration.Create(signal, context => Handle(context, stop)))];

    /// <summary>Takes the signals over until it is disposed of.</summary>
    public static StopSignals Register(CancellationTokenSource stop) => new(stop);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private static void Handle(PosixSignalContext context, CancellationTokenSource stop)
    {
        // The default of the second one: this process ends, and what it started ends with it.
        if (stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        stop.Cancel();
    }
}
