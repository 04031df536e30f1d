using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>How a <see cref="PostgresServer"/> is run.</summary>
public sealed class PostgresServerOptions : PostgresOptions
{
    /// <summary>Whether the data are deleted when the server is disposed of.</summary>
    public bool DeleteDataOnDispose { get; init; }

    /// <summary>How long a start may take, recovery after a crash included.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Takes each line of the server's log; null to drop them.</summary>
    public Action<string>? Output { get; init; }
}
