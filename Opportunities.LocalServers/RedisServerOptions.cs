namespace Opportunities.LocalServers;

/// <summary>How a <see cref="RedisServer"/> is set up.</summary>
public sealed class RedisServerOptions
{
    /// <summary>Where to listen; any free port by default.</summary>
    public ListenPort Port { get; init; }

    /// <summary>Further server settings, by the names of <c>redis.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The directories in which the server's program is looked for; null for PATH and the usual places.</summary>
    public IReadOnlyList<string>? BinaryDirectories { get; init; }

    /// <summary>How long a start may take.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes each line of the server's log; null to drop them.</summary>
    public Action<string>? Output { get; init; }
}
