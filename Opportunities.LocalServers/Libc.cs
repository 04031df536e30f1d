using System.Runtime.InteropServices;

namespace Opportunities.LocalServers;

/// <summary>The few calls of the C library for which .NET has no API. Not for Windows.</summary>
internal static class Libc
{
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int processId, int signal);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeChown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    /// <summary>Sends a signal; a process that has ended meanwhile is not an error.</summary>
    public static void Kill(int processId, ProcessSignal signal) => _ = NativeKill(processId, Number(signal));

    /// <summary>Gives a file or directory to another user.</summary>
    public static void Chown(string path, uint user, uint group)
    {
        if (NativeChown(path, user, group) != 0)
            throw new IOException($"{path} cannot be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

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
