using Npgsql;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Idempotency;

/// <summary>Idempotency keys past their lifetime.</summary>
[Collection(SystemCollection.Name)]
public sealed class KeyCleanerTests(TestSystem system)
{
    // More than one batch.
    [Fact]
    public async Task Keys_are_deleted_when_they_are_past_their_lifetime_and_not_before()
    {
        var settings = await OwnDatabase.CreateAsync(system.Local);
        await using var connection = new NpgsqlConnection(settings["ConnectionStrings__opportunitiesdb"]);
        await connection.OpenAsync();
        // Whatever is kept: the earliest is an hour short of its lifetime.
        await QueryAsync(
            """
            INSERT INTO idempotent_requests (subject, key, fingerprint, status_code, body, created_at)
            SELECT 'cleaned', n::text, ''::bytea, 201, ''::bytea, now() - interval '24 hours' - n * interval '1 second' FROM generate_series(1, 2500) n
            UNION ALL SELECT 'recent', '', ''::bytea, 201, ''::bytea, now() - interval '23 hours'
            """);
        await using var cleaner = await system.Local.StartAnotherApiAsync(settings);
        await Eventually.TrueAsync(async () => await QueryAsync("SELECT count(*) FROM idempotent_requests WHERE subject = 'cleaned'") == 0);
        Assert.Equal(1, await QueryAsync("SELECT count(*) FROM idempotent_requests"));

        async Task<long> QueryAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync() ?? 0L);
        }
    }
}
