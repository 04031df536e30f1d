using System.Text.Json;

namespace Opportunities.LocalHost;

/// <summary>Tells scripts and tests where the running system is: there while all of it is healthy, and only then.</summary>
public static class EndpointsFile
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>The file of the developer's own system.</summary>
    public static string UsualPath => Path.Combine(LocalSystemOptions.UsualDataDirectory, "endpoints.json");

    /// <summary>Writes the file at once: who sees it sees all of it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="endpoints">What.</param>
    public static void Write(string path, LocalSystemEndpoints endpoints)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var aside = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(aside, $"{JsonSerializer.Serialize(endpoints, _indented)}\n");
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>Reads the file; null when no system runs.</summary>
    /// <param name="path">Where.</param>
    public static LocalSystemEndpoints? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LocalSystemEndpoints>(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes the file.</summary>
    /// <param name="path">Where.</param>
    public static void Remove(string path)
    {
        if (File.Exists(path))
            File.Delete(path);
    }
}
