using System.Text.RegularExpressions;
using Npgsql;

namespace Opportunities.SystemTests.Migrations;

/// <summary>The migration service as the process that it is: what it leaves in the database, its last line, its exit code.</summary>
public sealed partial class MigrationServiceTests
{
    [Fact]
    public async Task An_empty_database_is_brought_to_this_version_with_demo_data_in_all_states()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        var (exitCode, lines) = await RunAsync(database);
        Assert.True(exitCode == 0, lines);
        Assert.Contains("300 demo opportunities added.", lines);
        Assert.Equal(300L, await ScalarAsync(database, "SELECT count(*) FROM opportunities"));
        Assert.Equal(7L, await ScalarAsync(database, "SELECT count(DISTINCT status) FROM opportunities"));
    }

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        await RunAsync(database);
        var (exitCode, lines) = await RunAsync(database);
        Assert.True(exitCode == 0, lines);
        Assert.Contains("Done: 0 migrations applied, 0 demo opportunities added.", lines);
    }

    [Fact]
    public async Task Two_at_once_are_safe()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        var runs = await Task.WhenAll(RunAsync(database, "Production"), RunAsync(database, "Production"));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Lines));
        Assert.Equal(0L, await ScalarAsync(database, "SELECT count(*) FROM opportunities"));
        Assert.Single(runs, run => run.Lines.Contains("Done: 0 migrations applied", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_shows_what_is_pending_and_changes_nothing()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        var (exitCode, before) = await RunAsync(database, "Production", "--list");
        Assert.Equal(0, exitCode);
        Assert.Contains("pending", before);
        Assert.Equal(0L, await ScalarAsync(database, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
        await RunAsync(database, "Production");
        var (_, after) = await RunAsync(database, "Production", "--list");
        Assert.Contains(" 0 pending", after);
    }

    [Fact]
    public async Task A_database_that_never_answers_is_a_failure_with_exit_code_1()
    {
        var (exitCode, lines) = await RunAsync(
            "Host=127.0.0.1;Port=1;Username=nobody;Password=nothing;Database=none", "Production",
            environment: ("Migrations__WaitSeconds", "1"));
        Assert.Equal(1, exitCode);
        Assert.Contains("Failed: the schema is not at this build", lines);
    }

    [Fact]
    public async Task A_database_that_refuses_the_migration_is_a_failure_with_exit_code_1()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        await ScalarAsync(database, "CREATE TABLE opportunities (id int)");
        var (exitCode, lines) = await RunAsync(database, "Production");
        Assert.True(exitCode == 1, lines);
    }

    [Fact]
    public async Task A_reset_is_refused_outside_development()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        var (exitCode, lines) = await RunAsync(database, "Production", "--reset");
        Assert.Equal(2, exitCode);
        Assert.Contains("Refused", lines);
    }

    [Fact]
    public async Task A_reset_puts_the_first_state_back()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        await RunAsync(database);
        await ScalarAsync(database, "UPDATE opportunities SET title = 'changed', deleted_at = now()");
        var (exitCode, lines) = await RunAsync(database, "Development", "--reset");
        Assert.True(exitCode == 0, lines);
        Assert.Equal(
            300L, await ScalarAsync(database, "SELECT count(*) FROM opportunities WHERE deleted_at IS NULL AND title <> 'changed'"));
    }

    [Fact]
    public async Task An_unknown_argument_is_answered_with_the_usage()
    {
        var (exitCode, lines) = await RunAsync("Host=127.0.0.1", "Production", "--everything");
        Assert.Equal(2, exitCode);
        Assert.Contains("usage:", lines);
    }

    [Fact]
    public async Task The_first_of_a_long_backlog_of_events_are_found_without_reading_the_rest()
    {
        var database = await SharedServers.CreateDatabaseAsync();
        await RunAsync(database, "Production");
        await ScalarAsync(
            database,
            """
            INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) SELECT gen_random_uuid(), gen_random_uuid(), now(), '{}' FROM generate_series(1, 20000);
            UPDATE outbox_position SET sequence = 5000, behind = '{17, 4711}';
            ANALYZE outbox_events, outbox_position
            """);
        Assert.Equal("17,4711,5001", await ScalarAsync(
            database,
            "SELECT string_agg(sequence::text, ',') FROM (SELECT sequence FROM unpublished_events ORDER BY sequence LIMIT 3) AS first"));
        var plan = (string)(await ScalarAsync(
            database, "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM unpublished_events ORDER BY sequence LIMIT 100"))!;
        Assert.InRange(ActualRows().Matches(plan).Max(rows => int.Parse(rows.Groups[1].Value)), 1, 100);
    }

    [GeneratedRegex(@"""Actual Rows"": (\d+)")]
    private static partial Regex ActualRows();

    private static async Task<(int ExitCode, string Lines)> RunAsync(
        string database, string environmentName = "Development", string? argument = null, (string Name, string Value)? environment = null)
    {
        var lines = new List<string>();
        var variables =
            new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = environmentName, ["ConnectionStrings__opportunitiesdb"] = database };
        if (environment is { } extra) variables[extra.Name] = extra.Value;
        await using var process = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "migrations",
            AssemblyPath = ServiceAssemblies.Migrations,
            Arguments = argument is null ? [] : [argument],
            Environment = variables,
            Output = line =>
            {
                lock (lines) lines.Add(line);
            },
        });
        var exitCode = await process.Exited.WaitAsync(TimeSpan.FromMinutes(2));
        lock (lines) return (exitCode, string.Join('\n', lines));
    }

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
