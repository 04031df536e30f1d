using System.Net;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Opportunities.Identity;
using Opportunities.Tests.Api;
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
            System.Notifications.WaitForResourceAsync(
                "migrations", change => change.Snapshot.State?.Text == KnownResourceStates.Finished, limit));

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

        static bool IsAnswer(string key) => key.Contains(":answer:", StringComparison.Ordinal);
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
    [InlineData("opportunitiesdb", "seed")]
    [InlineData("opportunitiesdb", "reset")]
    [InlineData("cache", "flush")]
    public void The_dashboard_asks_before_a_command_that_loses_something(string resource, string name)
    {
        Assert.False(string.IsNullOrWhiteSpace(CommandOf(resource, name).ConfirmationMessage));
    }

    [Theory]
    [InlineData("api", "token")]
    [InlineData("api", "first-request")]
    [InlineData("opportunitiesdb", "seed")]
    [InlineData("opportunitiesdb", "reset")]
    [InlineData("opportunitiesdb", "migrate")]
    [InlineData("opportunitiesdb", "pending")]
    [InlineData("opportunitiesdb", "psql")]
    [InlineData("cache", "flush")]
    [InlineData("identity", "rotate-key")]
    public void Each_command_says_what_it_does_and_has_an_icon(string resource, string name)
    {
        var command = CommandOf(resource, name);

        Assert.False(string.IsNullOrWhiteSpace(command.DisplayDescription));
        Assert.False(string.IsNullOrWhiteSpace(command.IconName));
    }

    [Fact]
    public async Task A_token_of_the_chosen_client_is_shown()
    {
        var result = await System.CommandAsync("api", "token", "client", "dev-reader");

        Assert.True(result.Success, result.Message);
        Assert.True(result.Data!.DisplayImmediately);
        var token = new JsonWebToken(result.Data.Value);
        Assert.Equal("dev-reader", token.GetClaim("client_id").Value);
    }

    [Fact]
    public void The_clients_to_choose_from_are_those_of_the_issuer()
    {
        var client = Assert.Single(CommandOf("api", "token").Arguments);

        Assert.Equal(DevelopmentClients.All.Select(known => known.Id), client.Options!.Select(option => option.Key));
    }

    [Fact]
    public async Task A_token_of_a_client_that_does_not_exist_is_refused()
    {
        var result = await System.CommandAsync("api", "token", "client", "nobody");

        Assert.False(result.Success);
        Assert.Null(result.Data?.Value);
    }

    [Fact]
    public async Task A_first_request_shows_the_answer()
    {
        var result = await System.CommandAsync("api", "first-request");

        Assert.True(result.Success, result.Message);
        Assert.Equal(CommandResultFormat.Json, result.Data!.Format);
        Assert.NotEmpty(JsonNode.Parse(result.Data.Value)!["items"]!.AsArray());
    }

    [Fact]
    public async Task Pending_migrations_are_listed()
    {
        var result = await System.CommandAsync("opportunitiesdb", "pending");

        Assert.True(result.Success, $"{result.Message} {result.Data?.Value}");
        Assert.EndsWith(" applied, 0 pending.", result.Message, StringComparison.Ordinal);
        Assert.StartsWith("applied", result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrating_what_is_migrated_already_changes_nothing()
    {
        using var client = await fixture.ClientAsync();
        var id = await client.CreateAsync();

        var result = await System.CommandAsync("opportunitiesdb", "migrate");

        Assert.True(result.Success, result.Message);
        Assert.Equal(id, (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_line_for_psql_leads_to_the_database()
    {
        var result = await System.CommandAsync("opportunitiesdb", "psql");

        Assert.True(result.Success, result.Message);
        Assert.Matches("^psql postgresql://postgres:[^@]+@[^:]+:[0-9]+/opportunitiesdb$", result.Data!.Value);
    }

    [Fact]
    public async Task When_the_signing_key_is_rotated_tokens_stay_valid_and_new_ones_are_soon()
    {
        using var client = await fixture.ClientAsync();

        var result = await System.CommandAsync("identity", "rotate-key");

        Assert.True(result.Success, result.Message);
        Assert.NotNull((await client.GetJsonAsync(ApiClient.Opportunities))["items"]);
        var token = await ApiClient.RequestTokenAsync(fixture.TokenEndpoint, "dev-all", fixture.ClientSecret);
        await Eventually.TrueAsync(async () =>
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Get, ApiClient.Opportunities) { Headers = { Authorization = new("Bearer", token) } };
            using var response = await client.SendAsync(request);
            return response.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_server_is_shown_as_what_it_is()
    {
        await Eventually.TrueAsync(() => SourceOf("postgres").StartsWith("PostgreSQL ", StringComparison.Ordinal)
            && SourceOf("cache").StartsWith("Redis ", StringComparison.Ordinal));

        string SourceOf(string name) => System.Notifications.TryGetCurrentState(name, out var change)
            && change.Snapshot.Properties.All(property => property.Name != "executable.path")
                ? change.Snapshot.Properties.FirstOrDefault(property => property.Name == "resource.source")?.Value as string ?? ""
                : "";
    }

    [Fact]
    public async Task Sending_telemetry_is_no_telemetry()
    {
        await Eventually.TrueAsync(() => System.Telemetry.Has("logs", "api"), TimeSpan.FromSeconds(60));

        Assert.False(System.Telemetry.Has("logs", "Resilience pipeline executed"));
        Assert.False(System.Telemetry.Has("logs", "OtlpTraceExporter"));
    }

    [Fact]
    public async Task Re_seeding_keeps_what_is_not_demo_data()
    {
        using var client = await fixture.ClientAsync();
        var id = await client.CreateAsync();

        var result = await System.CommandAsync("opportunitiesdb", "seed");

        Assert.True(result.Success, result.Message);
        Assert.Equal(id, (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_reset_leaves_the_demo_data_alone_and_no_cached_answer_from_before()
    {
        using var client = await fixture.ClientAsync();
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");

        var result = await System.CommandAsync("opportunitiesdb", "reset");

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
        var flush = await System.CommandAsync("cache", "flush");
        var start = await System.CommandAsync("cache", KnownResourceCommands.StartCommand);
        await System.WithinAsync(
            limit => System.Notifications.WaitForResourceHealthyAsync("cache", WaitBehavior.WaitOnResourceUnavailable, limit));

        Assert.True(stop.Success, stop.Message);
        Assert.Equal("The cache is not flushed: Redis does not answer.", flush.Message);
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

    private ResourceCommandAnnotation CommandOf(string resource, string name) =>
        System.App.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .Single(candidate => candidate.Name == resource).Annotations
            .OfType<ResourceCommandAnnotation>().Single(candidate => candidate.Name == name);

    private async Task<string[]> KeysAsync()
    {
        var address = await System.WithinAsync(limit => System.App.GetConnectionStringAsync("cache", limit).AsTask());
        await using var redis = await ConnectionMultiplexer.ConnectAsync(address!);
        return [.. redis.GetServers().Single().Keys().Select(key => key.ToString())];
    }
}
