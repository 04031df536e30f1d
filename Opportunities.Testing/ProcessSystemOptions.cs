namespace Opportunities.Testing;

/// <summary>How a <see cref="ProcessSystem"/> is set up.</summary>
public sealed class ProcessSystemOptions
{
    /// <summary>Where the data of all parts are kept: a folder that has none yet.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>False for a throw-away system: its database starts faster, and a crash of the machine may lose data.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Further settings of PostgreSQL, by the names of <c>postgresql.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> PostgresSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment variables beyond (and before) those that this gives, by resource name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Environment { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string?>>();

    /// <summary>How long each part may take to be ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Takes each line that an API process writes; null to drop them.</summary>
    public Action<string>? ApiOutput { get; init; }

    /// <summary>Takes each line of PostgreSQL's log; null to drop them.</summary>
    public Action<string>? PostgresOutput { get; init; }
}
