using System.Net;

namespace Opportunities.SystemTests.Events;

/// <summary>
/// Nothing is lost, nothing is invented and the order is kept when a server that the publishing process depends on dies: the
/// real one, killed.
/// </summary>
public sealed class RelayOutageTests(DurableSystem system) : IClassFixture<DurableSystem>
{
    [Fact]
    public async Task While_Redis_is_gone_events_wait_and_what_it_lost_is_published_again()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        Assert.Single(await system.Local.StreamAsync(id));
        await system.Local.Cache.KillAsync();

        var other = await client.CreateAsync();
        using var changed = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "While Redis is gone" });
        await changed.JsonAsync(HttpStatusCode.OK);
        await Eventually.TrueAsync(async () => await HealthAsync(client) == ("degraded", HttpStatusCode.OK));
        Assert.Equal("2", (await system.Local.QueryAsync("SELECT count(*) FROM unpublished_events")).Single());

        await system.Local.Cache.RestartAsync();
        await Eventually.TrueAsync(async () => await HealthAsync(client) == ("healthy", HttpStatusCode.OK));
        Assert.Equal(2, (await system.Local.StreamAsync(id)).Count);
        // Of the demo data, which are older than events are kept, there may be none any more.
        await system.Local.AssertCompleteAsync(await system.Local.StreamAsync(), [$"{id}", $"{other}"]);
    }

    [Fact]
    public async Task When_the_database_is_back_events_are_published_again()
    {
        using var client = await system.ClientAsync();
        var before = await client.CreateAsync();
        await system.Local.WaitUntilPublishedAsync();
        await system.Local.Postgres.KillAsync();
        await system.Local.Postgres.RestartAsync();
        string? after = null;
        await Eventually.TrueAsync(async () =>
        {
            using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
            if (created.StatusCode != HttpStatusCode.Created) return false;
            after = (string?)(await created.JsonAsync())["id"];
            return true;
        });
        await system.Local.WaitUntilPublishedAsync();
        await system.Local.AssertCompleteAsync(await system.Local.StreamAsync(), [$"{before}", after!]);
    }

    private static async Task<(string? Status, HttpStatusCode Code)> HealthAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/health/detailed");
        return ((string?)(await response.JsonAsync())["components"]!["events"]!["status"], response.StatusCode);
    }
}
