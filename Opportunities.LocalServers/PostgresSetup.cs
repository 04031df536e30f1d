namespace Opportunities.LocalServers;

/// <summary>A PostgreSQL server on 127.0.0.1, of the programs installed on the machine, ready to be started; never as root.</summary>
public sealed class PostgresSetup
{
    /// <summary>The database user, who may do everything.</summary>
    public const string UserName = "postgres";

    /// <summary>The user's password. The server listens on 127.0.0.1 only and holds a developer's data.</summary>
    public const string DevelopmentPassword = "development-only";

    /// <summary>Variables of the developer's own database work must not reach our programs.</summary>
    internal static readonly IReadOnlyDictionary<string, string?> CleanEnvironment =
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("PG", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);

    private readonly PostgresOptions _options;

    private PostgresSetup(PostgresOptions options, PostgresBinaries binaries, PostgresDataDirectory data) =>
        (_options, Binaries, Data) = (options, binaries, data);

    internal PostgresBinaries Binaries { get; }
    internal PostgresDataDirectory Data { get; }

    /// <summary>Makes or finds the data folder, and says how the server is started.</summary>
    /// <exception cref="LocalServerException">This machine does not allow it; the message says why.</exception>
    public static async Task<ServerLaunch> PrepareAsync(PostgresOptions options, CancellationToken cancellationToken = default)
    {
        var setup = await OpenAsync(options, cancellationToken);
        var port = options.Port.Choose("PostgreSQL");
        setup.Data.RemoveStaleLock();
        var command = setup.Command(port);
        return new ServerLaunch(
            $"PostgreSQL {setup.Binaries.Version}", UnprivilegedUser.Needed?.Wrap(command) ?? command, port, ConnectionString(port),
            $"postgresql://{UserName}:{DevelopmentPassword}@127.0.0.1:{port}");
    }

    internal static string ConnectionString(int port) => $"Host=127.0.0.1;Port={port};Username={UserName};Password={DevelopmentPassword}";

    internal static async Task<PostgresSetup> OpenAsync(PostgresOptions options, CancellationToken cancellationToken)
    {
        var data = await PostgresDataDirectory.OpenAsync(options.DataDirectory, UnprivilegedUser.Needed, cancellationToken);
        var binaries = await PostgresBinaries.LocateAsync(options.BinaryDirectories, data, cancellationToken);
        await data.InitialiseAsync(binaries, options, cancellationToken);
        return new PostgresSetup(options, binaries, data);
    }

    internal LaunchCommand Command(int port)
    {
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = $"{port}",
            // Another directory on every system, and its path has a length limit that a deep clone exceeds.
            ["unix_socket_directories"] = "",
            // The connection pools of several processes at their defaults of 100 each.
            ["max_connections"] = "300",
        };
        if (!_options.IsDurable) settings["fsync"] = settings["synchronous_commit"] = settings["full_page_writes"] = "off";
        foreach (var (name, value) in _options.Settings) settings[name] = value;
        string[] arguments = ["-D", Data.Path, .. settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"])];
        return new(Binaries.Postgres, arguments) { WorkingDirectory = Data.Path, Environment = CleanEnvironment };
    }
}
