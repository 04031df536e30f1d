using System.Net;
using Npgsql;
using Opportunities.SystemTests.Changes;

namespace Opportunities.SystemTests.Faults;

/// <summary>PostgreSQL dies, stops, is full, or hangs, under load.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class DatabaseFaultTests(FaultSystem system)
{
    private const string Unavailable = "A request could not be served because the database does not answer";

    [Fact]
    public Task It_is_killed() => new FaultRun
    {
        Name = "PostgreSQL killed",
        Break = () => system.Local.Postgres.KillAsync(),
        Mend = () => system.Local.Postgres.RestartAsync(),
        Allowed = [503],
        Logs = [Unavailable],
    }.RunAsync(system);

    [Fact]
    public Task It_is_stopped_for_a_while() => new FaultRun
    {
        Name = "PostgreSQL stopped",
        Break = () => system.Local.Postgres.StopAsync(),
        Duration = FaultRun.Outage,
        Mend = () => system.Local.Postgres.RestartAsync(),
        Allowed = [503],
        Logs = [Unavailable],
    }.RunAsync(system);

    [Fact]
    public Task It_hangs() => new FaultRun
    {
        Name = "PostgreSQL hanging",
        Break = () =>
        {
            system.Local.Postgres.Pause();
            return Task.CompletedTask;
        },
        // Longer than a statement is waited for, and the answer to its cancellation.
        Duration = FaultRun.Outage + TimeSpan.FromSeconds(14),
        Mend = () =>
        {
            system.Local.Postgres.Resume();
            return Task.CompletedTask;
        },
        // All requests are one caller's, whose places hang.
        Allowed = [429, 503],
        Logs = [Unavailable],
    }.RunAsync(system);

    // Numbers of transactions that were undone are given again after a crash, where the log on the disk does not know them.
    [Fact]
    public async Task It_is_killed_and_who_follows_the_changes_misses_none()
    {
        using var client = await system.ClientAsync();
        await client.CreateAsync();
        await system.Local.WaitUntilPublishedAsync();
        string place;
        await using (var undone = await ConnectAsync())
        {
            for (var n = 0; n < 50; n++) await ExecuteAsync(undone, "BEGIN; SELECT pg_current_xact_id(); ROLLBACK");
            place = await client.NowAsync();
            await system.Local.Postgres.KillAsync();
        }

        await system.Local.Postgres.RestartAsync();
        await Eventually.TrueAsync(async () => (await client.GetAsync("/health")).StatusCode == HttpStatusCode.OK);
        string? id = null;
        // A connection of before is found to be dead when it is used.
        await Eventually.TrueAsync(async () =>
        {
            using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
            if (created.StatusCode == HttpStatusCode.ServiceUnavailable) return false;
            id = (string?)(await created.JsonAsync(HttpStatusCode.Created))["id"];
            return true;
        });
        var told = await client.AfterAsync(place);
        Assert.Equal([id], told.Items.Select(item => (string?)item["opportunity_id"]));
        Assert.Empty((await client.AfterAsync(told.Cursor)).Items);
        await FaultRun.RecoveredAsync(system, "PostgreSQL killed");
    }

    // A lock holds requests between their first statement and their commit; the restart finds them there.
    [Fact]
    public Task It_is_restarted_in_the_middle_of_transactions() => new FaultRun
    {
        Name = "PostgreSQL restarted within transactions",
        Break = async () =>
        {
            await using var blocker = await ConnectAsync();
            await ExecuteAsync(blocker, "BEGIN; LOCK TABLE changes IN EXCLUSIVE MODE");
            await using var observer = await ConnectAsync();
            await Eventually.TrueAsync(async () => await CountAsync(observer,
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'opportunities-api' AND xact_start IS NOT NULL AND "
                + "wait_event_type = 'Lock'") >= 10);
            await system.Local.Postgres.StopAsync();
        },
        Mend = () => system.Local.Postgres.RestartAsync(),
        Allowed = [503],
        Logs = [Unavailable],
    }.RunAsync(system);

    [Fact]
    public async Task It_refuses_connections()
    {
        var taken = new List<NpgsqlConnection>();
        await new FaultRun
        {
            Name = "PostgreSQL out of connections",
            Break = async () =>
            {
                // What the API holds would do for its work: take it away, and be faster than it.
                try
                {
                    while (true) taken.Add(await ConnectAsync());
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                }

                await ExecuteAsync(
                    taken[0], "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'opportunities-%'");
                try
                {
                    while (true) taken.Add(await ConnectAsync());
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                }
            },
            Duration = FaultRun.Outage,
            Mend = async () =>
            {
                foreach (var connection in taken) await connection.DisposeAsync();
                taken.Clear();
            },
            Allowed = [503],
            Logs = [Unavailable],
        }.RunAsync(system);
    }

    [Fact]
    public async Task A_lock_from_outside_holds_up_every_write()
    {
        await using var blocker = await ConnectAsync();
        await new FaultRun
        {
            Name = "PostgreSQL table locked",
            Break = () => ExecuteAsync(blocker, "BEGIN; LOCK TABLE opportunities IN ACCESS EXCLUSIVE MODE"),
            // Longer than the API waits for a lock.
            Duration = FaultRun.Outage + TimeSpan.FromSeconds(4),
            Mend = () => ExecuteAsync(blocker, "ROLLBACK"),
            Allowed = [503],
            Logs = [Unavailable],
        }.RunAsync(system);
    }

    // What a migration does that adds an index to a large table, and other long ones.
    [Fact]
    public async Task While_migrations_hold_their_own_table_the_service_is_healthy()
    {
        using var client = await system.ClientAsync();
        await using var migrations = await ConnectAsync();
        await ExecuteAsync(migrations, "BEGIN; LOCK TABLE \"__EFMigrationsHistory\" IN ACCESS EXCLUSIVE MODE");
        var until = DateTime.UtcNow.AddSeconds(4);
        while (DateTime.UtcNow < until)
        {
            using var health = await client.GetAsync("/health");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            await Task.Delay(100);
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{system.Local.ConnectionString};Pooling=false;Application Name=fault");
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
