using System.Net;
using Npgsql;

namespace Opportunities.Tests.Api;

/// <summary>How often an operation waits for PostgreSQL.</summary>
[Collection(SystemCollection.Name)]
public sealed class RoundTripTests(TestSystem system) : IAsyncLifetime
{
    private RoundTripCounter _counter = null!;
    private ServiceProcess _api = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(system.Local.ConnectionString);
        _counter = new RoundTripCounter(connection.Host!, connection.Port);
        (connection.Host, connection.Port) = ("127.0.0.1", _counter.Port);
        _api = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?>
        {
            ["ConnectionStrings__opportunitiesdb"] = connection.ConnectionString,
            ["Caching__ReadsFromCache"] = "false",
        });
        _client = new HttpClient { BaseAddress = _api.BaseAddress };
        using var known = await system.ClientAsync();
        _client.DefaultRequestHeaders.Authorization = known.DefaultRequestHeaders.Authorization;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        await _counter.DisposeAsync();
    }

    [Fact]
    public async Task A_creation_takes_one_round_trip_and_one_more_with_a_key()
    {
        var plain = await CountAsync(() => _client.CreateAsync());
        var keyed = await CountAsync(async () =>
        {
            using var created = await _client.SendAsync(
                HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid(), ("Idempotency-Key", $"{Guid.NewGuid()}"));
            await created.JsonAsync(HttpStatusCode.Created);
        });
        Assert.Equal((1, 2), (plain, keyed));
    }

    [Fact]
    public async Task A_read_takes_one_round_trip()
    {
        var item = $"{ApiClient.Opportunities}/{await _client.CreateAsync()}";
        var counts = new Dictionary<string, int>();
        foreach (var path in (string[])
        [
            item, $"{item}/history", $"{item}/attachments", ApiClient.Opportunities, $"{ApiClient.Opportunities}/summary",
        ])
        {
            counts[path] = await CountAsync(() => _client.GetJsonAsync(path));
        }

        Assert.True(counts.Values.All(static count => count == 1), string.Join(", ", counts));
    }

    [Fact]
    public async Task A_change_takes_two_round_trips_of_the_status_too()
    {
        var id = await _client.CreateAsync();
        var title = 0;
        var update = await CountAsync(async () =>
        {
            using var updated = await _client.SendAsync(
                HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Title {title++}" });
            await updated.JsonAsync(HttpStatusCode.OK);
        });
        var next = new Queue<string>(["SUBMITTED", "DRAFT", "SUBMITTED", "DRAFT", "SUBMITTED"]);
        var move = await CountAsync(async () =>
        {
            using var moved = await _client.MoveAsync(id, next.Dequeue());
            await moved.JsonAsync(HttpStatusCode.OK);
        });
        Assert.Equal((2, 2), (update, move));
    }

    /// <summary>The fewest of several times: the process asks the database for itself, too, now and then.</summary>
    private async Task<int> CountAsync(Func<Task> operation)
    {
        var fewest = int.MaxValue;
        for (var n = 0; n < 5; n++)
        {
            var before = _counter.Count;
            await operation();
            fewest = Math.Min(fewest, _counter.Count - before);
        }

        return fewest;
    }
}
