namespace Opportunities.LocalServers;

/// <summary>How a PostgreSQL server is set up.</summary>
public class PostgresOptions
{
    /// <summary>Where the data are kept. Made when it does not exist; found again when it does.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where to listen; any free port by default.</summary>
    public ListenPort Port { get; init; }

    /// <summary>A database that a new data folder begins with; null for none.</summary>
    public string? InitialDatabase { get; init; }

    /// <summary>False for a throw-away server of a test: faster, and a crash of the machine may lose what was committed.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Further server settings, by the names of <c>postgresql.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The directories in which the server's programs are looked for; null for PATH and the usual places.</summary>
    public IReadOnlyList<string>? BinaryDirectories { get; init; }
}
