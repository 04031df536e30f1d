using Npgsql;
using Opportunities.LocalServers;
using StackExchange.Redis;

namespace Opportunities.SystemTests.Deployed;

/// <summary>PostgreSQL, Redis and the development issuer on this machine, with certificates as the deployed ones have.</summary>
internal sealed class TlsServers : IAsyncDisposable
{
    /// <summary>The name that the certificates are for.</summary>
    public const string Host = "localhost";

    /// <summary>The database, and the user that owns it: no superuser, as in RDS.</summary>
    public const string Database = "opportunities";

    /// <summary>The user's password: of the length, and with every kind of character, that Secrets Manager makes.</summary>
    public const string DatabasePassword = "Aa0-_^.Bb1-_^.Cc2-_^.Dd3-_^.Ee";

    /// <summary>The user that the API connects as: the migrations make it.</summary>
    public const string ApiUser = "opportunities_api";

    /// <summary>Its password, likewise.</summary>
    public const string ApiPassword = "Ii0-_^.Hh1-_^.Gg2-_^.Ff3-_^.Jj";

    /// <summary>The password of Redis, likewise.</summary>
    public const string CachePassword = "Zz9-_^.Yy8-_^.Xx7-_^.Ww6-_^.Vv";

    private readonly TestDirectory _data = new();
    private readonly Action<string>? _issuerOutput;
    private PostgresServer? _postgres;
    private RedisServer? _redis;
    private ConnectionMultiplexer? _cache;
    private ServiceProcess? _issuer;

    private TlsServers(Action<string>? issuerOutput) => _issuerOutput = issuerOutput;

    /// <summary>Who certified them.</summary>
    public CertificateAuthority Authority { get; } = new("Opportunities test authority");

    /// <summary>Where PostgreSQL listens.</summary>
    public int DatabasePort => _postgres!.Port;

    /// <summary>Where Redis listens for TLS.</summary>
    public int CachePort { get; } = ListenPort.Free.Choose("Redis over TLS");

    /// <summary>The issuer's name, under which it answers over TLS.</summary>
    public string Issuer { get; } = $"https://{Host}:{ListenPort.Free.Choose("the issuer over TLS")}";

    /// <summary>Where tests ask for tokens: they do not trust the authority.</summary>
    public Uri TokenEndpoint => new(_issuer!.BaseAddress, "/oauth2/token");

    /// <summary>Starts them.</summary>
    /// <param name="issuerOutput">Takes each line that the issuer writes: at Debug level.</param>
    public static async Task<TlsServers> StartAsync(Action<string>? issuerOutput = null)
    {
        var servers = new TlsServers(issuerOutput);
        try
        {
            var files = await TlsFiles.WriteAsync(servers._data.Path, servers.Authority, Host);
            await servers.StartDatabaseAsync(files);
            await servers.StartCacheAsync(files);
            await servers.StartIssuerAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a query about the database answers, asked by the superuser.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_postgres!.ConnectionStringFor("postgres"));
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Makes Redis take this password and no other, and whoever is connected connect anew.</summary>
    public async Task SetCachePasswordAsync(string password)
    {
        await _cache!.GetDatabase().ExecuteAsync("ACL", "SETUSER", "default", "resetpass", $">{password}");
        await _cache.GetDatabase().ExecuteAsync("CLIENT", "KILL", "USER", "default", "SKIPME", "yes");
    }

    /// <summary>The same for PostgreSQL.</summary>
    public async Task SetDatabasePasswordAsync(string password)
    {
        await QueryAsync<object?>($"ALTER ROLE {ApiUser} PASSWORD '{password}'");
        await QueryAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{ApiUser}'");
    }

    public async ValueTask DisposeAsync()
    {
        if (_issuer is not null) await _issuer.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        Authority.Dispose();
        _data.Dispose();
    }

    private async Task StartDatabaseAsync(TlsFiles files)
    {
        _postgres = await PostgresServer.StartAsync(new PostgresServerOptions
        {
            DataDirectory = _data["postgres"],
            IsDurable = false,
            DeleteDataOnDispose = true,
            Settings = new Dictionary<string, string>
            {
                ["ssl"] = "on",
                ["ssl_cert_file"] = files.Certificate,
                ["ssl_key_file"] = files.Key,
            },
        });
        await using var source = NpgsqlDataSource.Create(_postgres.ConnectionStringFor("postgres"));
        foreach (var sql in (string[])
        [
            $"CREATE ROLE {Database} LOGIN CREATEROLE PASSWORD '{DatabasePassword}'", $"CREATE DATABASE {Database} OWNER {Database}",
        ])
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task StartCacheAsync(TlsFiles files)
    {
        _redis = await RedisServer.StartAsync(new RedisServerOptions
        {
            // The port without TLS stays, for this process to see that the server runs; the API is not told of it. Exactly: the
            // server would otherwise look for another one, again and again, when it is the port with TLS that is taken.
            Port = ListenPort.Exactly(ListenPort.Free.Choose("Redis")),
            Settings = new Dictionary<string, string>
            {
                ["tls-port"] = $"{CachePort}",
                ["tls-cert-file"] = files.Certificate,
                ["tls-key-file"] = files.Key,
                ["tls-auth-clients"] = "no",
            },
        });
        _cache = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        await SetCachePasswordAsync(CachePassword);
    }

    private async Task StartIssuerAsync()
    {
        // A file of its own: the other one belongs to the servers' user.
        var directory = Directory.CreateDirectory(_data["issuer"]).FullName;
        var (certificate, key) = Authority.Certify(Host);
        await File.WriteAllTextAsync(Path.Combine(directory, "issuer.pem"), certificate);
        await File.WriteAllTextAsync(Path.Combine(directory, "issuer.key"), key);
        var address = LocalAddress.Of(ListenPort.Free.Choose("the issuer"));
        _issuer = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "issuer",
            AssemblyPath = ServiceAssemblies.Identity,
            BaseAddress = address,
            Output = _issuerOutput,
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["Logging__LogLevel__Default"] = "Debug",
                ["Logging__LogLevel__Microsoft.AspNetCore"] = "Debug",
                ["Logging__LogLevel__OpenIddict"] = "Debug",
                ["Identity__Issuer"] = Issuer,
                // Endpoints of this kind have precedence over ASPNETCORE_URLS, so both are here.
                ["Kestrel__Endpoints__Plain__Url"] = address.Text(),
                ["Kestrel__Endpoints__Tls__Url"] = Issuer,
                ["Kestrel__Endpoints__Tls__Certificate__Path"] = Path.Combine(directory, "issuer.pem"),
                ["Kestrel__Endpoints__Tls__Certificate__KeyPath"] = Path.Combine(directory, "issuer.key"),
            },
        });
        await _issuer.WaitUntilHealthyAsync(TimeSpan.FromMinutes(1));
    }
}
