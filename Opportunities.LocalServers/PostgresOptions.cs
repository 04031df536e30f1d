namespace Opportunities.LocalServers;

/// <summary>How a PostgreSQL server is set up.</summary>
public class PostgresOptions : ServerOptions
{
    /// <summary>Where the data are kept. Made when it does not exist; found again when it does.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A database that a new data folder begins with; null for none.</summary>
    public string? InitialDatabase { get; init; }

    /// <summary>False for a throw-away server of a test: faster, and a crash of the machine may lose what was committed.</summary>
    public bool IsDurable { get; init; } = true;
}
