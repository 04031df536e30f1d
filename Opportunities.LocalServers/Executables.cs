namespace Opportunities.LocalServers;

internal static class Executables
{
    public static IEnumerable<string> SearchPath =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The first program of this name in the directories, or null.</summary>
    public static string? Find(string name, IEnumerable<string> directories)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        return directories.Select(directory => Path.Combine(directory, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>The existing directories that a pattern names; of a part that is a wildcard, the highest version first.</summary>
    public static IEnumerable<string> Expand(string pattern)
    {
        var parts = pattern.Split('/');
        var wildcard = Array.FindIndex(parts, part => part.Contains('*'));
        if (wildcard < 0) return Directory.Exists(pattern) ? [pattern] : [];
        var parent = string.Join('/', parts[..wildcard]);
        if (!Directory.Exists(parent)) return [];
        return Directory.EnumerateDirectories(parent, parts[wildcard])
            .OrderByDescending(directory => VersionIn(Path.GetFileName(directory)))
            .Select(directory => Path.Combine([directory, .. parts[(wildcard + 1)..]]))
            .Where(Directory.Exists);
    }

    private static int VersionIn(string name)
    {
        var digits = new string([.. name.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, out var version) ? version : 0;
    }
}
