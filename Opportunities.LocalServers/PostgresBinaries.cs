using System.Globalization;
using System.Text.RegularExpressions;

namespace Opportunities.LocalServers;

/// <summary>An installation of PostgreSQL's programs.</summary>
internal sealed partial record PostgresBinaries(string Directory, string Version)
{
    private static readonly string[] _usualPlaces =
    [
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/usr/local/pgsql/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
        "C:/Program Files/PostgreSQL/*/bin",
    ];

    private static readonly string[] _programs = ["postgres", "initdb", "createdb"];

    /// <summary>The part of the version that a data folder is bound to.</summary>
    public int MajorVersion => int.Parse(Version.Split('.')[0], CultureInfo.InvariantCulture);

    public string Postgres => PathOf("postgres");
    public string InitDb => PathOf("initdb");

    /// <summary>Finds an installation: of the major version that a data folder needs, or the first one.</summary>
    /// <exception cref="LocalServerException">There is none, or none of that version.</exception>
    public static async Task<PostgresBinaries> LocateAsync(
        IReadOnlyList<string>? directories, PostgresDataDirectory data, CancellationToken cancellationToken)
    {
        var candidates = directories ?? [.. Executables.SearchPath, .. _usualPlaces.SelectMany(Executables.Expand)];
        PostgresBinaries? other = null;
        foreach (var directory in candidates)
        {
            if (_programs.Any(program => Executables.Find(program, [directory]) is null)) continue;
            var found = new PostgresBinaries(directory, await VersionOfAsync(Path.Combine(directory, "postgres"), cancellationToken));
            if (data.MajorVersion is null || data.MajorVersion == found.MajorVersion) return found;
            other = found;
        }
        throw new LocalServerException(other is null
            ? "PostgreSQL is not installed: there are no `postgres`, `initdb` and `createdb` on PATH or in the usual places. "
                + "Install it (Debian, Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@17`) and start again."
            : $"The data folder {data.Path} was made by PostgreSQL {data.MajorVersion}, and only PostgreSQL {other.MajorVersion} is "
                + $"installed: install version {data.MajorVersion}, or move the folder away to begin with an empty database.");
    }

    private string PathOf(string program) => Path.Combine(Directory, program);

    private static async Task<string> VersionOfAsync(string server, CancellationToken cancellationToken)
    {
        var (_, output) = await new LaunchCommand(server, "--version").RunAsync(cancellationToken);
        var version = VersionNumber().Match(output);
        return version.Success
            ? version.Value
            : throw new LocalServerException($"{server} does not say which version of PostgreSQL it is, but \"{output}\".");
    }

    [GeneratedRegex(@"\d+(\.\d+)*")]
    private static partial Regex VersionNumber();
}
