using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;
using StackExchange.Redis;

namespace Opportunities.Tests.AppHost;

/// <summary>The Aspire application as a whole.</summary>
[Collection(SystemCollection.Name)]
public sealed class AppHostTests(TestSystem fixture)
{
    private AspireSystem System => fixture.Aspire;

    [Fact]
    public async Task Every_resource_reaches_its_state()
    {
        var migrations = await System.WithinAsync(limit =>
            System.Notifications.WaitForResourceAsync("migrations", change => change.Snapshot.State?.Text == KnownResourceStates.Finished, limit));

        Assert.Equal(0, migrations.Snapshot.ExitCode);
        Assert.All(AspireSystem.LastingResources, name =>
        {
            Assert.True(System.Notifications.TryGetCurrentState(name, out var change), name);
            Assert.Equal(KnownResourceStates.Running, change.Snapshot.State?.Text);
        });
    }

    [Fact]
    public async Task A_cached_answer_is_in_Redis()
    {
        using var client = await fixture.ClientAsync();
        var flush = await System.CommandAsync("cache", "flush");
        Assert.True(flush.Success, flush.Message);
        Assert.DoesNotContain(await KeysAsync(), IsAnswer);

        // It is kept right after it was sent; one that Redis was too slow for is not kept, and the next one is.
        await Eventually.TrueAsync(async () =>
        {
            await client.GetJsonAsync(ApiClient.Opportunities);
            return (await KeysAsync()).Any(IsAnswer);
        });

        static bool IsAnswer(string key) => key.Contains(ApiClient.Opportunities, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Telemetry_of_all_kinds_arrives()
    {
        using var client = await fixture.ClientAsync();

        // Both spans in one message: another batch may begin between them.
        await Eventually.TrueAsync(
            async () =>
            {
                await client.CreateAsync();
                return System.Telemetry.Has("traces", "api", "POST /api/v1/opportunities", "INSERT INTO");
            },
            TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => System.Telemetry.Has("metrics", "api", "http.server.request.duration"), TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => System.Telemetry.Has("logs", "migrations"), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("migrations", "seed")]
    [InlineData("migrations", "reset")]
    [InlineData("cache", "flush")]
    public void The_dashboard_asks_before_a_command_that_loses_something(string resource, string name)
    {
        var model = System.App.Services.GetRequiredService<DistributedApplicationModel>();
        var command = model.Resources.Single(candidate => candidate.Name == resource).Annotations
            .OfType<ResourceCommandAnnotation>().Single(candidate => candidate.Name == name);

        Assert.False(string.IsNullOrWhiteSpace(command.ConfirmationMessage));
    }

    [Fact]
    public async Task Re_seeding_keeps_what_is_not_demo_data()
    {
        using var client = await fixture.ClientAsync();
        var id = await client.CreateAsync();

        var result = await System.CommandAsync("migrations", "seed");

        Assert.True(result.Success, result.Message);
        Assert.Equal(id, (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_reset_leaves_the_demo_data_alone_and_no_cached_answer_from_before()
    {
        using var client = await fixture.ClientAsync();
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");

        var result = await System.CommandAsync("migrations", "reset");

        Assert.True(result.Success, result.Message);
        using var gone = await client.GetAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.True((await client.GetJsonAsync(ApiClient.Opportunities))["total_items"]!.GetValue<int>() > 0);
    }

    [Fact]
    public async Task The_api_goes_on_without_the_cache_and_uses_it_again_when_it_is_back()
    {
        using var client = await fixture.ClientAsync();

        var stop = await System.CommandAsync("cache", KnownResourceCommands.StopCommand);
        var without = await client.GetJsonAsync(ApiClient.Opportunities);
        var start = await System.CommandAsync("cache", KnownResourceCommands.StartCommand);
        await System.WithinAsync(limit => System.Notifications.WaitForResourceHealthyAsync("cache", WaitBehavior.WaitOnResourceUnavailable, limit));

        Assert.True(stop.Success, stop.Message);
        Assert.NotNull(without["items"]);
        Assert.True(start.Success, start.Message);
        await Eventually.TrueAsync(async () =>
        {
            await client.GetJsonAsync(ApiClient.Opportunities);
            try
            {
                return (await KeysAsync()).Length > 0;
            }
            catch (RedisException)
            {
                // It was still called healthy for what it was before.
                return false;
            }
        });
    }

    private async Task<string[]> KeysAsync()
    {
        var address = await System.WithinAsync(limit => System.App.GetConnectionStringAsync("cache", limit).AsTask());
        await using var redis = await ConnectionMultiplexer.ConnectAsync(address!);
        return [.. redis.GetServers().Single().Keys().Select(key => key.ToString())];
    }
}
