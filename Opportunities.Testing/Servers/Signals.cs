using System.Runtime.InteropServices;

namespace Opportunities.Testing;

/// <summary>Sends signals, for which .NET has no API. Not for Windows.</summary>
internal static class Signals
{
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int processId, int signal);

    /// <summary>Sends a signal; a process that has ended meanwhile is not an error.</summary>
    public static void Send(int processId, ProcessSignal signal) => _ = NativeKill(processId, Number(signal));

    private static int Number(ProcessSignal signal) => signal switch
    {
        ProcessSignal.Interrupt => 2,
        ProcessSignal.Quit => 3,
        ProcessSignal.Kill => 9,
        ProcessSignal.Terminate => 15,
        // These two have other numbers on macOS than on Linux.
        ProcessSignal.Stop => OperatingSystem.IsMacOS() ? 17 : 19,
        ProcessSignal.Continue => OperatingSystem.IsMacOS() ? 19 : 18,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };
}
