using Npgsql;

namespace Opportunities.SystemTests.Events;

/// <summary>What the health report says of events that wait, though no process says that it cannot publish them.</summary>
public sealed class EventsHealthTests : OwnSystem
{
    [Fact]
    public async Task What_waited_before_a_process_began_is_late_a_minute_after()
    {
        await Local.WaitUntilPublishedAsync();
        await Local.Api.StopAsync();
        await using var source = NpgsqlDataSource.Create(Local.ConnectionString);
        await using var relay = await source.OpenConnectionAsync();
        // Another process that has the right to publish, and does not.
        await ExecuteAsync(relay, "SELECT pg_advisory_lock(x'6576656e7473'::bigint)");
        await ExecuteAsync(
            relay,
            "INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) SELECT id, id, now() - interval '1 hour', "
            + "'{\"subject\":\"late\"}' FROM gen_random_uuid() id");

        await using var api = await Local.StartAnotherApiAsync();
        using var client = new HttpClient { BaseAddress = api.BaseAddress };
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "healthy");
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "degraded", TimeSpan.FromMinutes(3));

        await ExecuteAsync(relay, "SELECT pg_advisory_unlock(x'6576656e7473'::bigint)");
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "healthy");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
