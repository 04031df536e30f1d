using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Opportunities.LocalServers;
using Opportunities.Testing;

namespace Opportunities.Bench;

/// <summary>One run: servers up, rounds of all workloads with the servers interleaved, report.</summary>
internal sealed class BenchRun(BenchOptions options, string directory)
{
    private readonly Results _results = new() { Machine = Machine.Describe(), Options = options };

    public static async Task RunAsync(BenchOptions options)
    {
        var directory = RepositoryRoot.Combine(".local/bench");
        Directory.CreateDirectory(directory);
        using var held = DataDirectoryGuard.Hold(directory);
        var run = new BenchRun(options, directory);
        await run.MeasureAsync();
        Report.Write(run._results);
    }

    public static Task<PostgresServer> StartPostgresAsync(string directory) => PostgresServer.StartAsync(new PostgresServerOptions
    {
        DataDirectory = Path.Combine(directory, "postgres"),
        Settings = PostgresSettings,
    });

    /// <summary>Starts the issuer, of which tokens are had without end.</summary>
    public static async Task<ServiceProcess> StartIdentityAsync()
    {
        var issuer = Site.Address();
        var identity = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "identity",
            AssemblyPath = ServiceAssemblies.Identity,
            BaseAddress = issuer,
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Identity__Issuer"] = issuer.GetLeftPart(UriPartial.Authority),
            },
        });
        await identity.WaitUntilHealthyAsync(TimeSpan.FromSeconds(60));
        return identity;
    }

    private async Task MeasureAsync()
    {
        Progress.Say($"starting PostgreSQL and the issuer");
        await using var postgres = await StartPostgresAsync(directory);
        await using var identity = await StartIdentityAsync();

        var sites = new List<Site>();
        try
        {
            foreach (var rows in options.Rows)
            {
                Progress.Say($"starting the API and the floors on {rows:N0} rows");
                sites.Add(await Site.StartAsync(postgres, identity, directory, rows, Build.Present));
            }

            await MeasureRoundsAsync(sites);
            if (options.Includes("start")) await MeasureStartAsync(sites[^1]);
            if (options.Includes("hey") && !options.IsQuick) await MeasureHeyAsync(sites[^1]);
            if (options.Includes("replicas") && !options.IsQuick) await MeasureReplicasAsync(sites[0]);
        }
        finally
        {
            foreach (var site in sites) await site.DisposeAsync();
        }
    }

    /// <summary>The same on every machine and for every run: the cache holds the tables, and commits are durable.</summary>
    private static Dictionary<string, string> PostgresSettings => new()
    {
        ["shared_buffers"] = "1GB",
        ["effective_cache_size"] = "4GB",
        ["work_mem"] = "16MB",
        ["maintenance_work_mem"] = "256MB",
        ["max_wal_size"] = "8GB",
        ["checkpoint_timeout"] = "30min",
        ["synchronous_commit"] = "on",
        ["fsync"] = "on",
    };

    private async Task MeasureRoundsAsync(List<Site> sites)
    {
        var workloads = Workload.All.Where(
            workload => options.Includes(workload.Name) && (!options.IsQuick || Target.Workloads.ContainsKey(workload.Name))).ToList();
        await WarmUpAsync(sites, workloads);
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var workload in workloads)
            {
                foreach (var connections in Connections(workload))
                {
                    foreach (var site in sites)
                    {
                        foreach (var server in Servers(workload, connections).Select(site.Server))
                            await MeasureAsync(workload, site, server, connections, round);
                        if (workload.IsWrite) await site.CleanAsync();
                    }

                    if (options.Target is { } target && workload.Kind is "path" or "item" or "create"
                        && !workload.Path.StartsWith("next", StringComparison.Ordinal))
                    {
                        await MeasureTargetAsync(target, sites[0], workload, connections, round);
                    }
                }
            }
        }
    }

    private IReadOnlyList<int> Connections(Workload workload) =>
        options.Connections ?? (options.IsQuick ? Target.Workloads[workload.Name] : workload.Connections ?? [64]);

    /// <summary>No target of a quick run asks for the floor that answers from memory, nor for what floors do for one client.</summary>
    private IEnumerable<string> Servers(Workload workload, int connections = 64) => workload.Servers.Where(
        server => !options.IsQuick || (server != Measured.Static && (connections > 1 || server == workload.Servers[0])));

    private async Task WarmUpAsync(List<Site> sites, List<Workload> workloads)
    {
        foreach (var site in sites)
        {
            Progress.Say($"warming up on {site.Rows:N0} rows");
            var token = await site.TokenAsync();
            // Long: what runs most is compiled for the last time after some ten thousand requests, and until then both processors
            // compile as well.
            var duration = TimeSpan.FromSeconds(options.IsQuick ? 4 : 6);
            foreach (var workload in workloads)
            {
                if (workload.Kind == "status") await site.ResetStatusAsync();
                foreach (var server in Servers(workload)) await Generator.WarmUpAsync(workload, site, site.Server(server), duration, token);
            }

            await site.CleanAsync();
        }
    }

    private async Task MeasureAsync(Workload workload, Site site, Measured server, int connections, int round)
    {
        if (workload.Kind == "status") await site.ResetStatusAsync();
        Keep(await Generator.RunAsync(workload, site, server, connections, round, options.Duration, await site.TokenAsync()));
    }

    private async Task MeasureTargetAsync((string Name, Uri Url) target, Site site, Workload workload, int connections, int round)
    {
        var token = options.TargetToken ?? throw new FormatException("--target needs --target-token.");
        var server = new Measured(target.Name, target.Url, Process: null);
        var ids = Path.Combine(directory, "target-ids");
        if (!File.Exists(ids) || round == 1) await WriteTargetIdsAsync(target.Url, token, ids);
        Keep(await Generator.RunAsync(workload, site, server, connections, round, options.Duration, token, ids));
    }

    private static async Task WriteTargetIdsAsync(Uri url, string token, string file)
    {
        using var client = new HttpClient { BaseAddress = url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var lines = new List<string>();
        for (var page = 0; page < 10; page++)
        {
            var answer = JsonNode.Parse(await client.GetStringAsync(new Uri($"{Workload.Prefix}?size=100&page={page}", UriKind.Relative)))!;
            lines.AddRange(answer["items"]!.AsArray().Select(item => $"{item!["id"]} \"{item["version"]}\""));
        }

        await File.WriteAllLinesAsync(file, lines);
    }

    private async Task MeasureStartAsync(Site site)
    {
        for (var attempt = 0; attempt < Math.Max(3, options.Rounds); attempt++) _results.StartSeconds.Add(await site.MeasureStartAsync());
        Progress.Say($"start to healthy: {Results.Median(_results.StartSeconds):0.00} s");
    }

    /// <summary>The load runs of the validation procedure, word for word but for the host.</summary>
    private async Task MeasureHeyAsync(Site site)
    {
        var server = site.Server(Measured.Cached);
        var token = await site.TokenAsync();
        (int Requests, int Connections)[] runs = [(1_000, 50), (10_000, 100), .. Enumerable.Range(1, 5).Select(i => (1_000 * i, 50 * i))];
        foreach (var (requests, connections) in runs)
        {
            var (perSecond, p99, errors) = await Generator.HeyAsync(server, requests, connections, token);
            _results.Hey.Add(new HeyRun(requests, connections, perSecond, p99, errors));
            Progress.Say($"hey -n {requests} -c {connections}: {perSecond:N0}/s, p99 {p99 / 1000:0.0} ms, {errors} errors");
        }
    }

    /// <summary>One and two API processes behind a reverse proxy.</summary>
    private async Task MeasureReplicasAsync(Site site)
    {
        await using var replicas = await Replicas.StartAsync(site, directory);
        var workloads = Workload.All.Where(workload => workload.Name is "list" or "item" or "create" or "mixed").ToList();
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var workload in workloads)
            {
                foreach (var server in replicas.Servers)
                {
                    if (round == 0) await Generator.WarmUpAsync(workload, site, server, TimeSpan.FromSeconds(2), await site.TokenAsync());
                    else await MeasureAsync(workload, site, server, 64, round);
                }

                if (workload.IsWrite) await site.CleanAsync();
            }
        }
    }

    private void Keep(Measurement one)
    {
        _results.Measurements.Add(one);
        Progress.Say($"round {one.Round}  {one}");
    }
}
