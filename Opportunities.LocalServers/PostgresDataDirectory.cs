using System.Globalization;

namespace Opportunities.LocalServers;

/// <summary>The folder of a PostgreSQL server's data.</summary>
internal sealed class PostgresDataDirectory
{
    private readonly UnprivilegedUser? _user;

    private PostgresDataDirectory(string path, UnprivilegedUser? user) => (Path, _user) = (path, user);

    public string Path { get; }

    /// <summary>The version of the server that made it; null while it is not there.</summary>
    public int? MajorVersion { get; private set; }

    private string LockFile => System.IO.Path.Combine(Path, "postmaster.pid");

    /// <summary>Looks at a folder that may not exist yet.</summary>
    /// <exception cref="LocalServerException">There is something else in its place.</exception>
    public static async Task<PostgresDataDirectory> OpenAsync(string path, UnprivilegedUser? user, CancellationToken cancellationToken)
    {
        path = System.IO.Path.GetFullPath(path);
        if (user is not null) path = await user.ReachableAsync(path, cancellationToken);
        var directory = new PostgresDataDirectory(path, user);
        if (File.Exists(path) || (Directory.Exists(path) && directory.HasContent()))
            directory.MajorVersion = await directory.ReadMajorVersionAsync(cancellationToken);
        return directory;
    }

    /// <summary>Makes the folder where it is not there: aside first, so that an interrupted start leaves nothing half made.</summary>
    public async Task InitialiseAsync(PostgresBinaries binaries, PostgresOptions options, CancellationToken cancellationToken)
    {
        if (MajorVersion is not null) return;
        var aside = $"{Path}.initialising";
        var data = System.IO.Path.Combine(aside, "data");
        var password = System.IO.Path.Combine(aside, "password");
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(password, PostgresSetup.DevelopmentPassword, cancellationToken);
        if (_user is not null) await _user.OwnAsync([aside, data, password], cancellationToken);

        await RunAsync(new LaunchCommand(binaries.InitDb,
        [
            "--pgdata", data, "--username", PostgresSetup.UserName, "--pwfile", password, "--auth", "scram-sha-256",
            "--encoding", "UTF8", .. Locale(), .. options.IsDurable ? [] : (string[])["--no-sync"],
        ]));
        if (options.InitialDatabase is { } database)
        {
            await RunAsync(new LaunchCommand(binaries.Postgres, "--single", "-D", data, "postgres"),
                $"CREATE DATABASE \"{database}\";\n");
        }

        if (Directory.Exists(Path)) Directory.Delete(Path);
        Directory.Move(data, Path);
        Directory.Delete(aside, recursive: true);
        MajorVersion = binaries.MajorVersion;

        async Task RunAsync(LaunchCommand command, string input = "")
        {
            // Not the caller's directory: the user that this drops to may be unable to enter it.
            command = command with { WorkingDirectory = aside, Environment = PostgresSetup.CleanEnvironment };
            if (_user is not null) command = _user.Wrap(command);
            var (exitCode, output) = await command.RunAsync(cancellationToken, input);
            if (exitCode != 0)
            {
                var complaint = PostgresLog.Complaint(output.Split('\n'));
                throw new LocalServerException($"PostgreSQL's data folder {Path} cannot be made: {complaint}");
            }
        }
    }

    /// <summary>
    /// Removes the lock that a killed server left. The server itself gives way to any living process of that number that its
    /// user may signal; after a restart of the machine or the container that can be quite another one.
    /// </summary>
    public void RemoveStaleLock()
    {
        if (Holder() is { } holder && !IsServer(holder)) File.Delete(LockFile);
    }

    /// <summary>The process that the folder's lock names, or null.</summary>
    public int? Holder() =>
        int.TryParse(ReadLock().FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>What the server writes of itself while it runs.</summary>
    internal string[] ReadLock()
    {
        try
        {
            return File.ReadAllLines(LockFile);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private bool IsServer(int processId)
    {
        // The server's own check is as good as any where there is no /proc.
        if (!OperatingSystem.IsLinux()) return true;
        try
        {
            return new FileInfo($"/proc/{processId}/cwd").LinkTarget == Path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool HasContent()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path).Any();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new LocalServerException(
                $"The data folder {Path} belongs to another user (was the system run as root before?): "
                + "run it as that user, or remove the folder.", exception);
        }
    }

    private async Task<int> ReadMajorVersionAsync(CancellationToken cancellationToken)
    {
        var file = System.IO.Path.Combine(Path, "PG_VERSION");
        return File.Exists(file) && int.TryParse(await File.ReadAllTextAsync(file, cancellationToken), out var version)
            ? version
            : throw new LocalServerException(
                $"{Path} is not a PostgreSQL data folder (it has no PG_VERSION): "
                + "move it away, and the next start begins with an empty database.");
    }

    /// <summary>UTF-8 rules of letters without the sort order of one language: the same on every machine.</summary>
    private static string[] Locale() =>
        OperatingSystem.IsMacOS() ? ["--locale=C", "--lc-ctype=UTF-8"]
        : OperatingSystem.IsWindows() ? ["--locale=C"]
        : ["--locale=C.UTF-8", "--lc-messages=C"];
}
