using System.Net;
using System.Text.Json.Nodes;
using Npgsql;

namespace Opportunities.SystemTests.Faults;

/// <summary>PostgreSQL or Redis goes in the middle of a batch: it is done whole or not at all, and a repeat with its key ends it.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class BatchFaultTests(FaultSystem system) : IAsyncLifetime
{
    private const int Created = 50;

    private readonly string _name = CsvClient.NewClientName();
    private HttpClient _client = null!;
    private string _changed = null!;
    private JsonObject _batch = null!;

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        _changed = await _client.CreateAsync();
        var members = ApiClient.Valid();
        members["client_name"] = _name;
        _batch = new JsonObject
        {
            ["mode"] = "ALL_OR_NONE",
            ["operations"] = new JsonArray(
            [
                new JsonObject { ["op"] = "UPDATE", ["id"] = _changed, ["body"] = new JsonObject { ["title"] = "Changed" } },
                .. Enumerable.Range(0, Created).Select(_ => new JsonObject { ["op"] = "CREATE", ["body"] = members.DeepClone() }),
            ]),
        };
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Where_PostgreSQL_is_killed_nothing_of_it_is_done_and_a_repeat_does_all_of_it()
    {
        try
        {
            using var answer = await HeldAsync(_ => system.Local.Postgres.KillAsync());
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        finally
        {
            await system.Local.Postgres.RestartAsync();
        }

        await EndsAsRepeatedAsync();
    }

    [Fact]
    public async Task Where_a_lock_is_held_for_too_long_nothing_of_it_is_done_and_a_repeat_does_all_of_it()
    {
        using (var answer = await HeldAsync(async batch => await batch)) await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        await EndsAsRepeatedAsync();
    }

    [Fact]
    public async Task Where_Redis_is_killed_it_is_done_and_seen_at_once_through_every_replica()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync()));
        try
        {
            using var answer = await HeldAsync(_ => system.Local.Cache.KillAsync());
            await answer.JsonAsync(HttpStatusCode.OK);
            foreach (var (count, title) in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync())))
                Assert.Equal((Created, "Changed"), (count, title));
        }
        finally
        {
            await system.Local.Cache.RestartAsync();
        }

        await Eventually.TrueAsync(async () => await _client.HealthAsync("cache") == "healthy");
        Assert.Equal((Created, "Changed"), await ReadAsync());
    }

    /// <summary>Sends the batch, and does something when its rows are written and its history is not.</summary>
    private async Task<HttpResponseMessage> HeldAsync(Func<Task, Task> meanwhile)
    {
        await using var blocker = new NpgsqlConnection($"{system.Local.ConnectionString};Pooling=false;Application Name=fault");
        await blocker.OpenAsync();
        await using var holds = new NpgsqlCommand("BEGIN; LOCK TABLE changes IN EXCLUSIVE MODE", blocker);
        await holds.ExecuteNonQueryAsync();
        var batch = SendAsync();
        await Eventually.TrueAsync(async () => await system.Local.QueryAsync(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY changes%'") is [_]);
        await meanwhile(batch);
        await blocker.CloseAsync();
        return await batch;
    }

    private async Task EndsAsRepeatedAsync()
    {
        await Eventually.TrueAsync(
            async () =>
            {
                using var health = await _client.GetAsync("/health");
                return health.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromMinutes(1));
        Assert.Equal((0, "Test Opportunity"), await ReadAsync());
        for (var n = 0; n < 2; n++)
        {
            using var answer = await SendAsync();
            Assert.Equal(Created + 1, (int)(await answer.JsonAsync(HttpStatusCode.OK))["succeeded"]!);
            Assert.Equal((Created, "Changed"), await ReadAsync());
        }
    }

    private Task<HttpResponseMessage> SendAsync() => _client.SendAsync(
        HttpMethod.Post, $"{ApiClient.Opportunities}/batch", _batch.ToJsonString(), ("Idempotency-Key", _name));

    /// <summary>How many were created, and the title of the one that was changed, as the next replica tells.</summary>
    private async Task<(int Created, string Title)> ReadAsync()
    {
        using var client = await system.ClientAsync();
        var (list, item) = (await client.GetJsonAsync($"{ApiClient.Opportunities}?client_name={_name}"),
            await client.GetJsonAsync($"{ApiClient.Opportunities}/{_changed}"));
        return ((int)list["total_items"]!, (string)item["title"]!);
    }
}
