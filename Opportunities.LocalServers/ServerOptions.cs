namespace Opportunities.LocalServers;

/// <summary>How a server is set up.</summary>
public class ServerOptions
{
    /// <summary>Where to listen; any free port by default.</summary>
    public ListenPort Port { get; init; }

    /// <summary>Further server settings, by the names of <c>postgresql.conf</c> or <c>redis.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The directories in which the server's programs are looked for; null for PATH and the usual places.</summary>
    public IReadOnlyList<string>? BinaryDirectories { get; init; }
}
