namespace Opportunities.LocalHost;

/// <summary>How a <see cref="LocalSystem"/> is set up.</summary>
public sealed class LocalSystemOptions
{
    /// <summary>The developer's own data: <c>.local</c> at the repository's root.</summary>
    public static string UsualDataDirectory => RepositoryRoot.Combine(".local");

    /// <summary>Where the data of all parts are kept. One system at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the parts listen; free ports by default.</summary>
    public LocalSystemPorts Ports { get; init; } = LocalSystemPorts.Free;

    /// <summary>A file that tells others where the system is while all of it runs; null for none.</summary>
    public string? EndpointsFile { get; init; }

    /// <summary>Whether the Aspire dashboard is started where its CLI is found.</summary>
    public bool HasDashboard { get; init; }

    /// <summary>False for a throw-away system of a test: its database starts faster, and a crash of the machine may lose data.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Further settings of PostgreSQL, by the names of <c>postgresql.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> PostgresSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment variables beyond (and before) those that this gives, by resource name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Environment { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string?>>();

    /// <summary>How long each part may take to be ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Takes what the parts log: resource name and line.</summary>
    public Action<string, string>? Output { get; init; }

    /// <summary>Takes what is done: resource name and sentence.</summary>
    public Action<string, string>? Progress { get; init; }
}
