using System.IO.Enumeration;
using System.Runtime.CompilerServices;

namespace Opportunities.UnitTests.Repository;

/// <summary>The repository's own files, as they are on disk.</summary>
internal static class Sources
{
    private static readonly string[] _generated = [".git", ".local", "artifacts", "bin", "cdk.out", "node_modules", "obj"];
    private static readonly Lazy<string[]> _all = new(() => [.. new FileSystemEnumerable<string>(
        Root(), static (ref entry) => Path.GetRelativePath(entry.RootDirectory.ToString(), entry.ToFullPath()).Replace('\\', '/'),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
    {
        ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory,
        ShouldRecursePredicate = static (ref entry) => !_generated.Contains(entry.FileName.ToString()),
    }.Order(StringComparer.Ordinal)]);

    /// <summary>
    /// The paths, relative to the repository's root, of the files whose name is like the pattern; nothing that a build makes.
    /// </summary>
    public static IEnumerable<string> Named(string pattern) =>
        _all.Value.Where(path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path)));

    /// <summary>The places in the code that people write where something is found: <c>path:line</c>.</summary>
    /// <param name="find">Finds it in the text of a file, and gives the numbers of the lines.</param>
    public static IEnumerable<string> Find(Func<string, IEnumerable<int>> find) =>
        from path in Named("*.cs")
        where !path.StartsWith("Opportunities.Data/Migrations/", StringComparison.Ordinal)
        from line in find(Read(path))
        select $"{path}:{line}";

    public static IEnumerable<string> LinesOf(string text) => text.Split('\n').Select(static line => line.TrimEnd('\r'));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root(), path));

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
