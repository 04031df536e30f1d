using System.Diagnostics;

namespace Opportunities.SystemTests.Faults;

/// <summary>A file system of its own in memory, so that it can be full without anybody else noticing. Needs root on Linux.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TestDirectory _directory = new();

    public SmallDisk(int megabytes)
    {
        Directory.CreateDirectory(Path);
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", Path))
            throw new IOException($"{Path} cannot be mounted.");
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    public string Path => _directory["disk"];

    public void Dispose()
    {
        // Lazily: a server that was killed may take a moment to let go.
        Run("umount", "--lazy", Path);
        _directory.Dispose();
    }

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "Filling a disk takes one of its own, and mounting that takes root on Linux.";
        try
        {
            new SmallDisk(1).Dispose();
            return null;
        }
        catch (IOException)
        {
            return "Filling a disk takes one of its own, and this system does not let root mount one.";
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>A test that needs a <see cref="SmallDisk"/>, and says so where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Obstacle;
}
