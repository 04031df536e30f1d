using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Npgsql;
using Opportunities.LocalServers;
using Opportunities.Testing;
using StackExchange.Redis;

namespace Opportunities.Bench;

/// <summary>A database of some size with all that is measured on it: the API with and without its cache, and the floors.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>Opportunities that are read again and again, and all fit in the cache.</summary>
    private const int Hot = 1_000;

    /// <summary>Opportunities all over the table.</summary>
    private const int Cold = 20_000;

    private readonly string _directory;
    private readonly RedisServer _cache;
    private readonly ServiceProcess _identity;
    private readonly List<ServiceProcess> _processes = [];
    private readonly List<Measured> _servers = [];
    private readonly Dictionary<string, string> _paths = [];
    private readonly Uri _api;

    private Site(
        int rows, Build build, string connectionString, string directory, PostgresServer postgres, RedisServer cache,
        ServiceProcess identity)
    {
        (Rows, Build, ConnectionString, _directory, _cache, _identity) = (rows, build, connectionString, directory, cache, identity);
        DatabaseProcessId = postgres.ProcessId;
        _api = Address();
    }

    /// <summary>How many opportunities it was filled with.</summary>
    public int Rows { get; }

    /// <summary>What of the service runs on it.</summary>
    public Build Build { get; }

    public string ConnectionString { get; }

    public IReadOnlyList<Measured> Servers => _servers;

    /// <summary>The first process of PostgreSQL.</summary>
    public int DatabaseProcessId { get; }

    /// <summary>The process of Redis.</summary>
    public int CacheProcessId => _cache.ProcessId;

    /// <summary>Fills the database, unless an earlier run has, and starts everything.</summary>
    public static async Task<Site> StartAsync(
        PostgresServer postgres, ServiceProcess identity, string directory, int rows, Build build, string place = "bench")
    {
        // Of another commit there may be another schema.
        var name = $"{place}{build.Name}_{rows}";
        var connectionString = await postgres.EnsureDatabaseAsync(name);
        await MigrateAsync(connectionString, build);
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var count =
                new NpgsqlCommand("SELECT count(*) FROM changes WHERE changed_by = 'seed'", connection) { CommandTimeout = 0 };
            if ((long)(await count.ExecuteScalarAsync())! != rows)
            {
                Progress.Say($"filling {rows:N0} rows");
                await Seed.FillAsync(connectionString, rows);
            }
        }

        var cache = await RedisServer.StartAsync(
            new RedisServerOptions { Settings = new Dictionary<string, string> { ["loglevel"] = "warning" } });
        var site = new Site(
            rows, build, connectionString, Directory.CreateDirectory(Path.Combine(directory, name)).FullName, postgres, cache, identity);
        try
        {
            await site.CleanAsync();
            await site.StartServersAsync();
            await site.PrepareAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public Measured Server(string name) => _servers.Single(server => server.Name == name);

    /// <summary>The file with the ids that a workload takes.</summary>
    public string IdFile(string which) => Path.Combine(_directory, which);

    /// <summary>A path that depends on the rows, by the name that workloads have for it.</summary>
    public string PathOf(string path) => _paths.GetValueOrDefault(path, path);

    /// <summary>Starts one more API process.</summary>
    public async Task<ServiceProcess> StartApiAsync(Uri address, bool isCached)
    {
        var process = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "api",
            AssemblyPath = Build.Api,
            BaseAddress = address,
            Environment = ApiEnvironment(isCached),
        });
        _processes.Add(process);
        return process;
    }

    /// <summary>Makes an API process that is started, measured and stopped elsewhere; its time limit is 30 s.</summary>
    public async Task<double> MeasureStartAsync()
    {
        var address = Address();
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(2) };
        var started = System.Diagnostics.Stopwatch.StartNew();
        await using var process = await StartApiAsync(address, isCached: true);
        while (started.Elapsed < TimeSpan.FromSeconds(30))
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return started.Elapsed.TotalSeconds;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }

            await Task.Delay(5);
        }

        throw new LocalServerException($"The API was not healthy within 30 s. {string.Join('\n', process.LastLines)}");
    }

    /// <summary>An access token that is good for the next measurement.</summary>
    public async Task<string> TokenAsync()
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "dev-all",
            ["client_secret"] = "development-only",
        });
        using var response = await client.PostAsync(new Uri(_identity.BaseAddress, "/oauth2/token"), form);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
    }

    /// <summary>Takes away what measurements created, and notes the entity tags of what they changed.</summary>
    public async Task CleanAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await Seed.ExecuteAsync(connection, "DELETE FROM opportunities WHERE created_by = 'dev-all'");
        await Seed.ExecuteAsync(connection, "VACUUM ANALYZE");
        // Updates gave them other entity tags.
        if (File.Exists(IdFile("hot")))
            await WriteIdsAsync(connection, "hot", $"SELECT id, version FROM opportunities WHERE id = ANY ({Ids("hot")})");
    }

    /// <summary>Makes drafts again of the opportunities whose status is changed to and fro.</summary>
    public async Task ResetStatusAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await Seed.ExecuteAsync(
            connection,
            $"UPDATE opportunities SET status = 'DRAFT', submitted_at = NULL WHERE id = ANY ({Ids("drafts")}) AND status <> 'DRAFT'");
    }

    /// <summary>The ids of a file, as an array of PostgreSQL.</summary>
    private string Ids(string which) => $"'{{{string.Join(',', File.ReadLines(IdFile(which)).Select(line => line[..36]))}}}'::uuid[]";

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        await _cache.DisposeAsync();
    }

    public static Uri Address() => new($"http://127.0.0.1:{ListenPort.Free.Choose("the benchmark")}");

    private static async Task MigrateAsync(string connectionString, Build build)
    {
        await using var migrations = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "migrations",
            AssemblyPath = build.Migrations,
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["ConnectionStrings__opportunitiesdb"] = connectionString,
            },
        });
        if (await migrations.Exited != 0)
            throw new LocalServerException($"The migrations failed. {string.Join('\n', migrations.LastLines)}");
    }

    private async Task StartServersAsync()
    {
        var uncached = Address();
        var api = await StartApiAsync(_api, isCached: true);
        await api.WaitUntilHealthyAsync(TimeSpan.FromSeconds(60));
        var off = await StartApiAsync(uncached, isCached: false);
        await off.WaitUntilHealthyAsync(TimeSpan.FromSeconds(60));
        _servers.Add(new Measured(Measured.Cached, _api, api));
        _servers.Add(new Measured(Measured.Uncached, uncached, off));
        if (Build != Build.Present) return;
        await StartFloorAsync(Measured.Static, _cache.ConnectionString);
        await StartFloorAsync(Measured.Redis, _cache.ConnectionString);
        await StartFloorAsync(Measured.RedisJwt, _cache.ConnectionString);
        await StartFloorAsync(Measured.Raw, ConnectionString);
    }

    private async Task StartFloorAsync(string kind, string source)
    {
        var address = Address();
        var process = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = kind,
            AssemblyPath = typeof(Site).Assembly.Location,
            Arguments =
            [
                "floor",
                kind,
                address.Port.ToString(CultureInfo.InvariantCulture),
                source,
                _identity.BaseAddress.GetLeftPart(UriPartial.Authority),
            ],
        });
        _processes.Add(process);
        _servers.Add(new Measured(kind, address, process));
    }

    private Dictionary<string, string?> ApiEnvironment(bool isCached) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ConnectionStrings__opportunitiesdb"] = ConnectionString,
        ["ConnectionStrings__cache"] = _cache.ConnectionString,
        ["Authentication__Issuer"] = _identity.BaseAddress.GetLeftPart(UriPartial.Authority),
        ["Authentication__AllowHttp"] = "true",
        ["Authentication__AllowedAudiences__0"] = "opportunities",
        ["Attachments__Directory"] = Path.Combine(_directory, "attachments"),
        ["Caching__ReadsFromCache"] = isCached ? "true" : "false",
        // One caller makes all requests, as fast as can be.
        ["RateLimits__Burst"] = "10000000",
        ["RateLimits__PerSecond"] = "1000000",
    };

    /// <summary>Chooses the ids, asks for the paths that have a cursor, and gives the floors the API's own answers.</summary>
    private async Task PrepareAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await WriteIdsAsync(
            connection, "cold", $"SELECT id, version FROM opportunities WHERE deleted_at IS NULL ORDER BY md5(id::text) LIMIT {Cold}");
        await WriteIdsAsync(
            connection, "hot",
            $"SELECT id, version FROM opportunities WHERE deleted_at IS NULL AND status = 'DRAFT' ORDER BY md5(id::text) LIMIT {Hot}");
        await WriteIdsAsync(
            connection, "drafts",
            $"SELECT id, version FROM opportunities WHERE deleted_at IS NULL AND status = 'DRAFT' ORDER BY md5('x' || id) LIMIT {2 * Hot}");

        using var client = new HttpClient { BaseAddress = _api };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());
        _paths["next"] = await NextAsync(client, "");
        _paths["next, status"] = await NextAsync(client, "status=SUBMITTED");
        _paths["next, priority"] = await NextAsync(client, "priority=HIGH");
        _paths["next, owner"] = await NextAsync(client, "created_by=owner-7");
        _paths["feed, middle"] = await FeedAsync(client, "from=oldest&size=1000", "");
        _paths["feed, end"] = await FeedAsync(client, "from=now", "");
        // As far as pages go.
        _paths["end"] = await NextAsync(client, $"size=100&page={(Math.Min(Rows, 100_000) / 100) - 2}", "&size=20");

        var floors = (await ConnectionMultiplexer.ConnectAsync(_cache.ConnectionString)).GetDatabase();
        string[] targets = [Workload.Prefix, .. File.ReadLines(IdFile("hot")).Select(line => $"{Workload.Prefix}/{line.AsSpan(0, 36)}")];
        foreach (var target in targets)
            await floors.StringSetAsync(RedisFloor.Key(target), await client.GetByteArrayAsync(new Uri(target, UriKind.Relative)));
    }

    private static async Task<string> NextAsync(HttpClient client, string query, string suffix = "")
    {
        var page = JsonNode.Parse(await client.GetStringAsync(new Uri($"{Workload.Prefix}?{query}", UriKind.Relative)))!;
        return $"{Workload.Prefix}?cursor={page["next_cursor"]}{suffix}";
    }

    private static async Task<string> FeedAsync(HttpClient client, string query, string suffix)
    {
        var page = JsonNode.Parse(await client.GetStringAsync(new Uri($"{Workload.Feed}?{query}", UriKind.Relative)))!;
        return $"{Workload.Feed}?after={page["next_cursor"]}{suffix}";
    }

    private async Task WriteIdsAsync(NpgsqlConnection connection, string name, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync();
        await using var file = new StreamWriter(IdFile(name));
        while (await reader.ReadAsync()) await file.WriteLineAsync($"{reader.GetGuid(0)} \"{reader.GetInt32(1)}\"");
    }
}
