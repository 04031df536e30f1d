using System.Globalization;

namespace Opportunities.LocalHost;

/// <summary>
/// Stops the system when the process that started it is gone. `dotnet run` hands on the signals that it gets, but when it is
/// killed, the program that it runs is left behind.
/// </summary>
internal sealed class ParentWatch : IDisposable
{
    private readonly Timer? _timer;

    private ParentWatch(Timer? timer) => _timer = timer;

    /// <summary>Watches the parent, where the variable names it; without, a program in the background outlives its shell.</summary>
    public static ParentWatch Start(string variable, CancellationTokenSource stop)
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(variable) is not { } value)
            return new ParentWatch(null);
        var parent = Libc.ParentProcessId();
        if (value != parent.ToString(CultureInfo.InvariantCulture))
            return new ParentWatch(null);
        var interval = TimeSpan.FromMilliseconds(500);
        return new ParentWatch(new Timer(_ =>
        {
            if (Libc.ParentProcessId() != parent && !stop.IsCancellationRequested)
                stop.Cancel();
        }, null, interval, interval));
    }

    public void Dispose() => _timer?.Dispose();
}
