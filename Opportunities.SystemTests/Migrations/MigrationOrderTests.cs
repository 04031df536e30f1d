using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Opportunities.Data;
using Opportunities.MigrationService;

namespace Opportunities.SystemTests.Migrations;

/// <summary>Migrations in every order in which branches can be merged and deployed, and beside whoever uses the tables.</summary>
public sealed class MigrationOrderTests : IAsyncLifetime
{
    private string _database = null!;

    public async Task InitializeAsync() => _database = await SharedServers.CreateDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using var context = Context<NoBranch>();
        Assert.False(context.Database.HasPendingModelChanges(), "Add the migration that is missing: dotnet ef migrations add …");
    }

    [Fact]
    public async Task A_model_that_no_migration_made_is_refused()
    {
        await using var context = new OpportunitiesDbContext(
            Options().ReplaceService<IMigrationsAssembly, MigrationsOfAnOlderModel>().Options);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrator(context).MigrateAsync(emptyFirst: false, default));
        Assert.Contains("pending changes", refused.Message);
    }

    [Fact]
    public async Task A_migration_that_is_merged_after_a_later_one_was_applied_is_applied_and_reverts_nothing()
    {
        await MigrateAsync<Later>();
        await ExecuteAsync("INSERT INTO later VALUES (1)");
        Assert.Equal(1, await MigrateAsync<Both>());
        Assert.Equal("1", await ScalarAsync("SELECT count(*)::text FROM later"));
        Assert.Equal("0", await ScalarAsync("SELECT count(*)::text FROM earlier"));
        Assert.Equal(0, await MigrateAsync<Both>());
    }

    // A build that was deployed before the other branch was merged, deployed again.
    [Fact]
    public async Task A_build_that_lacks_a_migration_leaves_it_applied()
    {
        await MigrateAsync<Both>();
        await ExecuteAsync("INSERT INTO earlier VALUES (1); INSERT INTO later VALUES (1)");
        Assert.Equal(0, await MigrateAsync<Later>());
        Assert.Equal(0, await MigrateAsync<NoBranch>());
        Assert.Equal("1 1", await ScalarAsync("SELECT count(*) || ' ' || (SELECT count(*) FROM earlier) FROM later"));
    }

    [Fact]
    public async Task A_schema_that_lacks_any_of_a_builds_migrations_is_not_sufficient_and_a_newer_one_is()
    {
        await MigrateAsync<Later>();
        Assert.True(await IsSufficientAsync<NoBranch>());
        Assert.True(await IsSufficientAsync<Later>());
        Assert.False(await IsSufficientAsync<Both>());
        await MigrateAsync<Both>();
        Assert.True(await IsSufficientAsync<Both>());

        async Task<bool> IsSufficientAsync<TBranch>()
            where TBranch : IBranch
        {
            await using var context = Context<TBranch>();
            return await SchemaVersion.IsSufficientAsync(context, default);
        }
    }

    [Fact]
    public async Task Behind_a_long_transaction_a_migration_holds_no_reader_up_for_long_and_is_applied_at_its_end()
    {
        await MigrateAsync<NoBranch>();
        await using var dump = await OpenAsync();
        await using var transaction = await dump.BeginTransactionAsync();
        await ExecuteAsync("SELECT count(*) FROM opportunities", dump);

        var migration = MigrateAsync<Altering>();
        await using var reader = await OpenAsync();
        // As long as the API waits for a lock.
        await ExecuteAsync("SET lock_timeout = '5s'", reader);
        for (var n = 0; n < 10; n++)
        {
            await ExecuteAsync("SELECT count(*) FROM opportunities", reader);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.False(migration.IsCompleted);
        await transaction.RollbackAsync();
        Assert.Equal(1, await migration.WaitAsync(TimeSpan.FromMinutes(2)));
        await ExecuteAsync("SELECT altered FROM opportunities", reader);
    }

    [Fact]
    public async Task A_lock_that_is_not_to_be_had_at_all_is_a_failure_and_changes_nothing()
    {
        await MigrateAsync<NoBranch>();
        await using var dump = await OpenAsync();
        await using var transaction = await dump.BeginTransactionAsync();
        await ExecuteAsync("SELECT count(*) FROM opportunities", dump);
        await using var context = Context<Altering>();
        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => Migrator(context, lockWaitSeconds: 1).MigrateAsync(emptyFirst: false, default));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, Assert.IsType<PostgresException>(refused.GetBaseException()).SqlState);
        await transaction.RollbackAsync();
        Assert.Equal(
            "0", await ScalarAsync("SELECT count(*)::text FROM \"__EFMigrationsHistory\" WHERE migration_id LIKE '%AlterOpportunities'"));
    }

    // Each would wait for the other: the index for every statement that runs, and that statement for the lock.
    [Fact]
    public async Task Two_migrators_at_once_do_not_wait_for_each_other_where_one_builds_an_index_concurrently()
    {
        await MigrateAsync<NoBranch>();
        var runs = await Task.WhenAll(MigrateAsync<Indexing>(), MigrateAsync<Indexing>()).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal([0, 1], runs.Order());
        Assert.Equal(
            "true", await ScalarAsync("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'ix_opportunities_updated_by'::regclass"));
    }

    [Fact]
    public async Task An_index_that_is_built_concurrently_waits_for_a_long_transaction_and_holds_nobody_up()
    {
        await MigrateAsync<NoBranch>();
        await using var writer = await OpenAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await ExecuteAsync("LOCK TABLE opportunities IN ROW EXCLUSIVE MODE", writer);

        var migration = MigrateAsync<Indexing>();
        await using var reader = await OpenAsync();
        for (var n = 0; n < 5; n++)
        {
            await ExecuteAsync(
                "SET lock_timeout = '100ms'; SELECT count(*) FROM opportunities; UPDATE opportunities SET title = title WHERE false",
                reader);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.False(migration.IsCompleted);
        await transaction.RollbackAsync();
        Assert.Equal(1, await migration.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    private static SchemaMigrator Migrator(OpportunitiesDbContext context, int lockWaitSeconds = 120) =>
        new(
            context, Microsoft.Extensions.Options.Options.Create(new MigrationOptions { LockWaitSeconds = lockWaitSeconds }),
            NullLogger<SchemaMigrator>.Instance);

    private DbContextOptionsBuilder<OpportunitiesDbContext> Options() => new DbContextOptionsBuilder<OpportunitiesDbContext>()
        .UseNpgsql(SchemaMigrator.WithLockTimeout(_database), npgsql => npgsql.CommandTimeout(120)).UseSnakeCaseNamingConvention();

    private OpportunitiesDbContext Context<TBranch>()
        where TBranch : IBranch => new(Options().ReplaceService<IMigrationsAssembly, MigrationsWith<TBranch>>().Options);

    private async Task<int> MigrateAsync<TBranch>()
        where TBranch : IBranch
    {
        await using var context = Context<TBranch>();
        return await Migrator(context).MigrateAsync(emptyFirst: false, default);
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{_database};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private async Task ExecuteAsync(string sql, NpgsqlConnection? on = null)
    {
        await using var own = on is null ? await OpenAsync() : null;
        await using var command = new NpgsqlCommand(sql, on ?? own);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string?> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
