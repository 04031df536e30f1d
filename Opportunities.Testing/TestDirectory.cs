namespace Opportunities.Testing;

/// <summary>
/// A directory for one test, deleted with everything in it. Other users can enter it: servers have their data there.
/// </summary>
internal sealed class TestDirectory : IDisposable
{
    private const string Prefix = "opportunities-tests-";

    static TestDirectory()
    {
        // What killed runs left.
        foreach (var left in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), $"{Prefix}*"))
        {
            if (!IsAlive(left)) Delete(left);
        }
    }

    public TestDirectory() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"[..^24]);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Delete(Path);

    private static bool IsAlive(string directory)
    {
        var owner = System.IO.Path.GetFileName(directory)[Prefix.Length..].Split('-')[0];
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(owner));
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void Delete(string directory)
    {
        try
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A left-over in the directory of temporary files is no reason to fail.
        }
    }
}
