using System.Net;

namespace Opportunities.SystemTests.Deployed;

/// <summary>The deployment document's requests, served by an API that is configured by its task definition alone.</summary>
public sealed class DeployedSettingsTests(DeployedSystem system) : SeedRequests(system), IClassFixture<DeployedSystem>
{
    private readonly DeployedSystem _system = system;

    [Fact]
    public async Task Database_and_cache_are_healthy_and_S3_and_SQS_that_are_not_there_are_degraded()
    {
        using var client = await _system.ClientAsync(null);
        // The API begins to serve before the cache is connected.
        await Eventually.TrueAsync(async () => !(await NotHealthyAsync(client)).Any());
        Assert.Equal("degraded", await client.HealthAsync("storage"));
        using var writer = await _system.ClientAsync();
        await writer.CreateAsync();
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "degraded");
    }

    [Fact]
    public async Task Every_connection_to_the_database_is_encrypted()
    {
        using var client = await _system.ClientAsync();
        await client.GetJsonAsync(ApiClient.Opportunities);
        Assert.True(await _system.Servers.QueryAsync<bool>(
            "SELECT count(*) > 0 AND bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = "
            + $"'{TlsServers.Database}'"));
    }

    [Fact]
    public async Task A_database_certified_by_another_authority_is_refused()
    {
        using var stranger = new StrangeAuthority();
        await AssertRefusedAsync(HttpStatusCode.ServiceUnavailable, ["database"], databaseAuthority: stranger.File);
    }

    [Fact]
    public async Task A_cache_certified_by_another_authority_is_done_without()
    {
        using var stranger = new StrangeAuthority();
        await AssertRefusedAsync(HttpStatusCode.OK, ["cache"], systemAuthority: stranger.File);
    }

    [Fact]
    public async Task Servers_certified_for_another_name_are_refused() =>
        await AssertRefusedAsync(HttpStatusCode.ServiceUnavailable, ["database", "cache"], host: "127.0.0.1");

    /// <summary>Starts one more API, and asserts what its health is, and that certificates are why.</summary>
    private async Task AssertRefusedAsync(
        HttpStatusCode health, string[] refused, string host = TlsServers.Host, string? databaseAuthority = null,
        string? systemAuthority = null)
    {
        var (process, address) = await _system.StartApiAsync(host, databaseAuthority, systemAuthority);
        await using var _ = process;
        using var client = new HttpClient { BaseAddress = address };
        // What is accepted may take a moment to connect.
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await client.GetAsync("/health");
            return (await NotHealthyAsync(client)).Order().SequenceEqual(refused.Order()) && answer.StatusCode == health;
        });
        // A process that has never seen its database is not ready, and is never sent a request.
        using (var ready = await client.GetAsync("/ready"))
            Assert.Equal(health, ready.StatusCode);
        // A check that takes too long says only that, and the next one says why.
        await Eventually.TrueAsync(async () => (await NotHealthyAsync(client)).Any() && refused.All(name => process.LastLines.Any(line =>
            line.Contains($"Health check {name} ", StringComparison.Ordinal)
                && line.Contains("The remote certificate", StringComparison.Ordinal))));
    }

    private static async Task<IEnumerable<string>> NotHealthyAsync(HttpClient client)
    {
        using var detailed = await client.GetAsync("/health/detailed");
        var components = (await detailed.JsonAsync())["components"]!;
        return ((string[])["database", "cache"]).Where(name => (string?)components[name]!["status"] != "healthy");
    }

    /// <summary>An authority that certified no server here.</summary>
    private sealed class StrangeAuthority : IDisposable
    {
        private readonly TestDirectory _data = new();

        public StrangeAuthority()
        {
            using var authority = new CertificateAuthority("Another authority");
            System.IO.File.WriteAllText(File, authority.Pem);
        }

        public string File => _data["authority.pem"];

        public void Dispose() => _data.Dispose();
    }
}
