using Npgsql;

namespace Opportunities.SystemTests.Migrations;

/// <summary>Whoever migrates owns, the API reads and writes rows, people read: roles on a real server, made by the migrations.</summary>
public sealed class DatabaseRolesTests
{
    [Fact]
    public async Task The_API_reads_and_writes_rows_and_changes_no_schema()
    {
        var (owner, user) = (await SharedServers.CreateDatabaseAsync(), $"api_{Guid.NewGuid():N}");
        await MigrateAsync(owner, user, "first");
        var api = As(owner, user, "first");
        await RunAsync(
            api,
            "INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) VALUES (gen_random_uuid(), gen_random_uuid(), now(), "
            + "'{}')");
        await RunAsync(api, "UPDATE outbox_events SET content = '{}'");
        await RunAsync(api, "SELECT count(*) FROM \"__EFMigrationsHistory\"");
        await RunAsync(api, "DELETE FROM outbox_events");
        string[] refused =
        [
            "CREATE TABLE more (id int)", "DROP TABLE outbox_events", "TRUNCATE outbox_events",
            "ALTER TABLE opportunities ADD COLUMN more int", "CREATE ROLE more", "DELETE FROM \"__EFMigrationsHistory\"",
            "SELECT * FROM pg_authid", "ALTER TABLE opportunities DISABLE TRIGGER ALL",
        ];
        foreach (var sql in refused)
            Assert.Equal((sql, "42501"), (sql, (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(api, sql))).SqlState));
    }

    [Fact]
    public async Task A_second_user_works_beside_the_first_and_a_new_password_replaces_the_old()
    {
        var (owner, name) = (await SharedServers.CreateDatabaseAsync(), $"api_{Guid.NewGuid():N}");
        await MigrateAsync(owner, name, "first");
        await MigrateAsync(owner, $"{name}_b", "second");
        await RunAsync(As(owner, name, "first"), "SELECT count(*) FROM opportunities");
        await RunAsync(As(owner, $"{name}_b", "second"), "SELECT count(*) FROM opportunities");
        await MigrateAsync(owner, name, "third");
        await RunAsync(As(owner, name, "third"), "SELECT count(*) FROM opportunities");
        Assert.StartsWith(
            "SCRAM-SHA-256$4096:", (string)(await RunAsync(owner, $"SELECT rolpassword FROM pg_authid WHERE rolname = '{name}'"))!,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_read_the_opportunities_and_no_keys()
    {
        var owner = await SharedServers.CreateDatabaseAsync();
        await MigrateAsync(owner, $"api_{Guid.NewGuid():N}", "first");
        Assert.Equal((true, false, false, false), (
            await MayAsync("opportunities", "SELECT"), await MayAsync("opportunities", "INSERT"),
            await MayAsync("data_protection_keys", "SELECT"), await MayAsync("idempotent_requests", "SELECT")));

        async Task<bool> MayAsync(string table, string what) =>
            (bool)(await RunAsync(owner, $"SELECT has_table_privilege('opportunities_reader', '{table}', '{what}')"))!;
    }

    [Theory]
    [InlineData("api", "")]
    [InlineData("Robert'); DROP", "password")]
    public async Task A_user_that_cannot_be_is_refused_before_anything_is_migrated(string user, string password)
    {
        var owner = await SharedServers.CreateDatabaseAsync();
        Assert.NotEqual(0, await ExitCodeAsync(owner, user, password));
        Assert.Equal(0L, await RunAsync(owner, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
    }

    private static async Task MigrateAsync(string database, string user, string password) =>
        Assert.Equal(0, await ExitCodeAsync(database, user, password));

    private static async Task<int> ExitCodeAsync(string database, string user, string password)
    {
        await using var process = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "migrations",
            AssemblyPath = ServiceAssemblies.Migrations,
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["ConnectionStrings__opportunitiesdb"] = database,
                ["DatabaseRoles__ApiUsername"] = user,
                ["DatabaseRoles__ApiPassword"] = password,
            },
        });
        return await process.Exited.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private static string As(string database, string user, string password) =>
        new NpgsqlConnectionStringBuilder(database) { Username = user, Password = password, Pooling = false }.ConnectionString;

    private static async Task<object?> RunAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
