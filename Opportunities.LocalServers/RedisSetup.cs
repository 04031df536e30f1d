using System.Text.RegularExpressions;

namespace Opportunities.LocalServers;

/// <summary>This machine's Redis or Valkey on 127.0.0.1, ready to be started, never as root; a cache, with nothing on disk.</summary>
public static partial class RedisSetup
{
    /// <summary>The password. The server listens on 127.0.0.1 only and holds a developer's data.</summary>
    public const string DevelopmentPassword = "development-only";

    private static readonly string[] _usualPlaces =
        ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/homebrew/opt/redis/bin", "/opt/homebrew/opt/valkey/bin", "/snap/bin"];

    /// <summary>Says how the server is started.</summary>
    /// <exception cref="LocalServerException">This machine does not allow it; the message says why.</exception>
    public static async Task<ServerLaunch> PrepareAsync(ServerOptions options, CancellationToken cancellationToken = default)
    {
        var port = options.Port.Choose("Redis");
        var command = Command(options, port);
        var (_, version) = await new LaunchCommand(command.Executable, "--version").RunAsync(cancellationToken);
        return new ServerLaunch(
            ProductAndVersion().Replace(version, "$1 $2"), UnprivilegedUser.Needed?.Wrap(command) ?? command, port, ConnectionString(port),
            // With the name of its default user: redis-cli takes none as another user's.
            $"redis://default:{DevelopmentPassword}@127.0.0.1:{port}");
    }

    internal static string ConnectionString(int port) => $"127.0.0.1:{port},password={DevelopmentPassword}";

    /// <exception cref="LocalServerException">It is not installed.</exception>
    internal static LaunchCommand Command(ServerOptions options, int port)
    {
        var directories = options.BinaryDirectories ?? [.. Executables.SearchPath, .. _usualPlaces];
        var executable = Executables.Find("redis-server", directories) ?? Executables.Find("valkey-server", directories)
            ?? throw new LocalServerException(
                "Redis is not installed: there is no `redis-server` or `valkey-server` on PATH or in the usual places. "
                + "Install it (Debian, Ubuntu: `apt-get install redis-server`; macOS: `brew install redis`) and start again.");
        var settings = new Dictionary<string, string>
        {
            ["bind"] = "127.0.0.1",
            ["port"] = $"{port}",
            ["requirepass"] = DevelopmentPassword,
            ["save"] = "",
            ["appendonly"] = "no",
        };
        foreach (var (name, value) in options.Settings) settings[name] = value;
        string[] arguments = [.. settings.SelectMany(setting => (string[])[$"--{setting.Key}", setting.Value])];
        return new(executable, arguments) { WorkingDirectory = "/" };
    }

    /// <summary>Redis says <c>Redis server v=7.0.15 sha=…</c>, and Valkey the same of itself.</summary>
    [GeneratedRegex(@"^(\w+) server v=([\d.]+).*$", RegexOptions.Singleline)]
    private static partial Regex ProductAndVersion();
}
