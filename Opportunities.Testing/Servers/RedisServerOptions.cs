using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>How a <see cref="RedisServer"/> is run.</summary>
public sealed class RedisServerOptions : ServerOptions
{
    /// <summary>How long a start may take.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes each line of the server's log; null to drop them.</summary>
    public Action<string>? Output { get; init; }
}
