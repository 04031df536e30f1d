namespace Opportunities.LocalHost;

/// <summary>The directory of the solution that this was built in.</summary>
public static class RepositoryRoot
{
    /// <summary>The full path.</summary>
    public static string Path { get; } = Find();

    /// <summary>The full path of something below it.</summary>
    /// <param name="relativePath">Its path from the root, with forward slashes.</param>
    public static string Combine(string relativePath) => System.IO.Path.GetFullPath(relativePath, Path);

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Opportunities.sln")))
                return directory.FullName;
        }
        throw new LocalHostException($"{AppContext.BaseDirectory} is not below the folder of Opportunities.sln, and the services are run from there.");
    }
}
