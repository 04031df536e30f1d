using System.Runtime.InteropServices;

namespace Opportunities.LocalServers;

/// <summary>The call of the C library for which .NET has no API. Not for Windows.</summary>
internal static class Libc
{
    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeChown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    public static void Chown(string path, uint user, uint group)
    {
        if (NativeChown(path, user, group) != 0)
            throw new IOException($"{path} cannot be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
