namespace Opportunities.LocalServers;

/// <summary>The directory of the solution that this was built in.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> _path = new(Find);

    /// <summary>The full path.</summary>
    /// <exception cref="LocalServerException">This runs from elsewhere.</exception>
    public static string Path => _path.Value;

    /// <summary>The full path of something below it.</summary>
    /// <param name="parts">Its path from the root, in parts or with forward slashes.</param>
    public static string Combine(params string[] parts) => System.IO.Path.GetFullPath(System.IO.Path.Combine([Path, .. parts]));

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Opportunities.sln"))) return directory.FullName;
        }
        throw new LocalServerException(
            $"{AppContext.BaseDirectory} is not below the folder of Opportunities.sln, and the services are run from there.");
    }
}
