using System.Net;
using Opportunities.LocalHost;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Events;

/// <summary>Nothing is lost, nothing is invented and the order is kept, whoever dies: the real process, killed. On a system of its own.</summary>
public sealed class RelayTests : IAsyncLifetime, ISystemUnderTest
{
    private readonly TestDirectory _data = new();
    private LocalSystem _system = null!;
    private string? _token;

    public Uri Api => new(_system.Endpoints.Api);

    public async Task InitializeAsync() => _system = await LocalSystem.StartAsync(new LocalSystemOptions { DataDirectory = _data.Path });

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        _data.Dispose();
    }

    public async Task<string> TokenAsync(string clientId) =>
        _token ??= await ApiClient.RequestTokenAsync(new Uri($"{_system.Endpoints.Identity}/oauth2/token"), clientId, "development-only");

    [Fact]
    public async Task When_the_process_that_publishes_is_killed_under_load_another_one_goes_on()
    {
        await using var heir = await _system.StartAnotherApiAsync();
        using var client = await this.ClientAsync();
        using var other = await this.ClientAsync();
        using var toHeir = new HttpClient { BaseAddress = heir.BaseAddress };
        toHeir.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
        await _system.WaitUntilPublishedAsync();
        Assert.DoesNotContain(heir.LastLines, IsTakeover);

        var killed = false;
        var writers = new[] { client, other, toHeir, toHeir }.Select(WriteAsync).ToList();
        await Eventually.TrueAsync(async () => (await _system.QueryAsync("SELECT count(*) FROM changes WHERE changed_by = 'dev-all'")).Single().Length > 2);
        await _system.Api.KillAsync();
        killed = true;
        await Eventually.TrueAsync(() => heir.LastLines.Any(IsTakeover));
        await Task.WhenAll(writers);

        await _system.WaitUntilPublishedAsync();
        var published = await _system.StreamAsync();
        Assert.Contains(published, e => (string?)e.Content["data"]!["reason"] == "written after the kill");
        await _system.AssertCompleteAsync(published);

        static bool IsTakeover(string line) => line.Contains("This process publishes the events.", StringComparison.Ordinal);

        async Task WriteAsync(HttpClient through)
        {
            for (var n = 0; n < 40; n++)
            {
                try
                {
                    var id = await through.CreateAsync();
                    var path = $"{ApiClient.Opportunities}/{id}";
                    var reason = killed ? "written after the kill" : "written before the kill";
                    await Task.WhenAll(Enumerable.Range(0, 4).Select(async m =>
                    {
                        using var changed = await through.SendAsync(HttpMethod.Put, path, new { title = $"Title {m}", reason });
                    }));
                    using var moved = await through.MoveAsync(id, n % 2 == 0 ? "SUBMITTED" : "CANCELLED");
                    if (n % 4 == 0) (await through.DeleteAsync(path)).Dispose();
                }
                catch (HttpRequestException) when (killed || through != toHeir)
                {
                    // The process is gone; what became of the request is in the database.
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task While_Redis_is_gone_events_wait_and_what_it_lost_is_published_again()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        Assert.Single(await _system.StreamAsync(id));
        await _system.Cache.KillAsync();

        await client.CreateAsync();
        using var changed = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "While Redis is gone" });
        await changed.JsonAsync(HttpStatusCode.OK);
        await Eventually.TrueAsync(async () => await HealthAsync(client) == ("degraded", HttpStatusCode.OK), TimeSpan.FromSeconds(10));
        Assert.Equal("2", (await _system.QueryAsync("SELECT count(*) FROM unpublished_events")).Single());

        await _system.Cache.RestartAsync();
        await Eventually.TrueAsync(async () => await HealthAsync(client) == ("healthy", HttpStatusCode.OK));
        Assert.Equal(2, (await _system.StreamAsync(id)).Count);
        await _system.AssertCompleteAsync(await _system.StreamAsync());
    }

    [Fact]
    public async Task When_the_database_is_back_events_are_published_again()
    {
        using var client = await this.ClientAsync();
        await client.CreateAsync();
        await _system.WaitUntilPublishedAsync();
        await _system.Postgres.KillAsync();
        await _system.Postgres.RestartAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
            return created.StatusCode == HttpStatusCode.Created;
        });
        await _system.WaitUntilPublishedAsync();
        await _system.AssertCompleteAsync(await _system.StreamAsync());
    }

    [Fact]
    public async Task Published_events_are_kept_for_a_day()
    {
        using var client = await this.ClientAsync();
        var old = await client.CreateAsync();
        var recent = await client.CreateAsync();
        await _system.WaitUntilPublishedAsync();
        await _system.QueryAsync($"UPDATE outbox_events SET occurred_at = now() - interval '25 hours' WHERE opportunity_id = '{old}'");
        await _system.QueryAsync($"UPDATE outbox_events SET occurred_at = now() - interval '23 hours' WHERE opportunity_id = '{recent}'");
        // One begins with cleaning when it takes over.
        await using var heir = await _system.StartAnotherApiAsync();
        await _system.Api.StopAsync();
        await Eventually.TrueAsync(async () => (await _system.QueryAsync($"SELECT count(*) FROM outbox_events WHERE opportunity_id = '{old}'")).Single() == "0");
        Assert.Equal("1", (await _system.QueryAsync($"SELECT count(*) FROM outbox_events WHERE opportunity_id = '{recent}'")).Single());
    }

    private static async Task<(string? Status, HttpStatusCode Code)> HealthAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/health/detailed");
        return ((string?)(await response.JsonAsync())["components"]!["events"]!["status"], response.StatusCode);
    }
}
