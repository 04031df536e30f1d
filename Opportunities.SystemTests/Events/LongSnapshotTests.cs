using System.Data;
using System.Globalization;
using Npgsql;

namespace Opportunities.SystemTests.Events;

/// <summary>
/// While somebody has an old snapshot open, such as a dump, dead rows stay: answers and events are right all the same, and a metric tells.
/// </summary>
public sealed class LongSnapshotTests(IdleSystem system) : IClassFixture<IdleSystem>
{
    [Fact]
    public async Task Dead_rows_are_measured_while_a_long_snapshot_keeps_them()
    {
        using var client = await system.ClientAsync();
        await using var dump = new NpgsqlConnection(system.Local.ConnectionString);
        await dump.OpenAsync();
        await using var transaction = await dump.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var snapshot = new NpgsqlCommand("SELECT count(*) FROM opportunities", dump, transaction);
        var rows = (long)(await snapshot.ExecuteScalarAsync())!;

        for (var n = 0; n < 10; n++) await system.Local.QueryAsync("UPDATE opportunities SET estimated_budget = estimated_budget + 1");
        var id = await client.CreateAsync();
        await Eventually.TrueAsync(
            async () => (await system.Local.QueryAsync("SELECT count(*) FROM opportunity_count_changes")).Single() == "0");
        Assert.Single(await system.Local.StreamAsync(id));
        Assert.Equal(rows + 1, (await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1"))["total_items"]!.GetValue<long>());

        await system.Local.QueryAsync("VACUUM opportunity_count_changes");
        var dead = long.Parse((await system.Local.QueryAsync(
            "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = "
            + "'opportunity_count_changes'")).Single(), CultureInfo.InvariantCulture);
        Assert.InRange(dead, 10 * 2 * rows, long.MaxValue);
        await Eventually.TrueAsync(
            () => system.Telemetry.Has("metrics", "opportunities.database.dead_rows", "opportunity_count_changes", "outbox_position"),
            TimeSpan.FromSeconds(90));

        await transaction.RollbackAsync();
        await system.Local.QueryAsync("VACUUM opportunity_count_changes");
        await Eventually.TrueAsync(async () => (await system.Local.QueryAsync(
            "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'opportunity_count_changes'")).Single() == "0");
    }
}
