using System.Text.Json.Nodes;
using Npgsql;
using StackExchange.Redis;

namespace Opportunities.Testing;

/// <summary>An event as a consumer has it.</summary>
/// <param name="Id">The id by which a consumer tells repeats.</param>
/// <param name="Subject">The opportunity.</param>
/// <param name="Content">All of it.</param>
internal sealed record PublishedEvent(string Id, string Subject, JsonNode Content)
{
    public string Type => Content["type"]!.GetValue<string>();

    public int Version => Content["data"]!["version"]!.GetValue<int>();

    public string[] Changes => [.. Content["data"]!["changes"]!.AsArray()
        .Select(change => $"{change!["field_name"]}: {change["old_value"] ?? "–"} → {change["new_value"] ?? "–"}")];

    public static PublishedEvent Of(string json)
    {
        var content = JsonNode.Parse(json)!;
        return new PublishedEvent(content["id"]!.GetValue<string>(), content["subject"]!.GetValue<string>(), content);
    }
}

/// <summary>What was published of a local system, and what should have been.</summary>
internal static class PublishedEvents
{
    private const string Stream = "opportunities:events";

    /// <summary>The events in Redis, in the order of the stream, repeats included.</summary>
    public static async Task<List<PublishedEvent>> StreamAsync(this RunningSystem system)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.CacheConnectionString);
        var entries = await redis.GetDatabase().StreamRangeAsync(Stream);
        return [.. entries.Select(entry =>
        {
            var published = PublishedEvent.Of(entry["event"]!);
            Assert.Equal((published.Id, published.Subject), ((string?)entry["id"], (string?)entry["subject"]));
            return published;
        })];
    }

    /// <summary>The events of one opportunity in Redis, once nothing waits any more.</summary>
    public static async Task<List<PublishedEvent>> StreamAsync(this RunningSystem system, string opportunity)
    {
        await system.WaitUntilPublishedAsync();
        return [.. (await system.StreamAsync()).Where(published => published.Subject == opportunity)];
    }

    public static Task WaitUntilPublishedAsync(this RunningSystem system) =>
        Eventually.TrueAsync(
            async () => (await system.QueryAsync("SELECT count(*) FROM unpublished_events")).Single() == "0", TimeSpan.FromMinutes(1));

    /// <summary>Has the events of an opportunity, and all later ones, published again.</summary>
    public static Task PublishAgainAsync(this RunningSystem system, string opportunity) => system.QueryAsync(
        $"UPDATE outbox_position SET sequence = (SELECT min(sequence) - 1 FROM outbox_events WHERE opportunity_id = '{opportunity}')");

    /// <summary>Rows of the database, each as text.</summary>
    public static async Task<List<string>> QueryAsync(this RunningSystem system, string sql)
    {
        await using var connection = new NpgsqlConnection($"{system.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column).ToString())));
        return rows;
    }

    /// <summary>
    /// Every change of the database was published at least once, nothing else was, and a consumer that skips repeats sees each
    /// opportunity's versions in their order.
    /// </summary>
    /// <param name="system">The system.</param>
    /// <param name="published">What was published.</param>
    /// <param name="only">The opportunities to look at; null for all.</param>
    public static async Task AssertCompleteAsync(
        this RunningSystem system, IEnumerable<PublishedEvent> published, HashSet<string>? only = null)
    {
        var committed = (await system.QueryAsync(
            "SELECT opportunity_id, version, id FROM changes WHERE ordinal = 0 ORDER BY opportunity_id::text, version"))
            .Select(row => row.Split(' ')).GroupBy(row => row[0], row => $"{row[1]} {row[2]}")
            .Where(rows => only?.Contains(rows.Key) ?? true).ToDictionary(rows => rows.Key, rows => rows.ToList());
        var seen = published.Where(e => only?.Contains(e.Subject) ?? true)
            .DistinctBy(e => e.Id)
            .GroupBy(e => e.Subject)
            .ToDictionary(events => events.Key, events => events.ToList());
        Assert.Equal(committed.Keys.Order(StringComparer.Ordinal), seen.Keys.Order(StringComparer.Ordinal));
        foreach (var (opportunity, events) in seen)
        {
            Assert.Equal(committed[opportunity], events.Select(e => $"{e.Version} {e.Id}"));
            var status = "";
            foreach (var change in events)
            {
                status = change.Content["data"]!["changes"]!.AsArray()
                    .FirstOrDefault(c => (string?)c!["field_name"] == "status")
                    ?["new_value"]!.GetValue<string>()
                    ?? status;
                Assert.Equal(status, change.Content["data"]!["status"]!.GetValue<string>());
            }
        }
    }
}
