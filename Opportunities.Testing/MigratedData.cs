using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.Testing;

/// <summary>
/// The data of a PostgreSQL server whose database is migrated and holds the demo data. Made once in a test run; each system begins with a
/// copy, for making them takes longer than all else at its start.
/// </summary>
internal static class MigratedData
{
    private static readonly Lazy<TestDirectory> _directory = new(() => new TestDirectory());
    private static readonly Lazy<Task<string>> _made = new(MakeAsync);

    static MigratedData() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (_directory.IsValueCreated) _directory.Value.Dispose();
    };

    /// <summary>Copies the data to a folder that is not there yet.</summary>
    public static async Task CopyToAsync(string directory, CancellationToken cancellationToken)
    {
        var made = await _made.Value.WaitAsync(cancellationToken);
        var user = UnprivilegedUser.Needed;
        if (user is not null) directory = await user.ReachableAsync(Path.GetFullPath(directory), cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
        // Their owner and their modes are part of them.
        var copy = OperatingSystem.IsWindows()
            ? new LaunchCommand("robocopy", made, directory, "/e", "/copyall")
            : new LaunchCommand("cp", "-a", made, directory);
        var (exitCode, output) = await copy.RunAsync(cancellationToken);
        // Of robocopy, 1 says that it has copied.
        if (exitCode != (OperatingSystem.IsWindows() ? 1 : 0)) throw new LocalServerException($"{made} cannot be copied: {output}");
    }

    private static async Task<string> MakeAsync()
    {
        await using var server = await PostgresServer.StartAsync(new PostgresServerOptions
        {
            DataDirectory = _directory.Value["migrated"],
            InitialDatabase = ResourceNames.Database,
            IsDurable = false,
        });
        await Migrations.RunAsync(server.ConnectionStringFor(ResourceNames.Database), "Development");
        return server.DataDirectory;
    }
}
