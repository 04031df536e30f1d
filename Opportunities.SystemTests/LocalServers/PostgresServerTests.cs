using System.Net;
using System.Net.Sockets;
using Npgsql;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.LocalServers;

public sealed class PostgresServerTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Data => _directory["postgres"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_start_finds_the_data_again()
    {
        await using (var first = await PostgresServer.StartAsync(new() { DataDirectory = Data, InitialDatabase = "opportunitiesdb" }))
            await ExecuteAsync(first.ConnectionStringFor("opportunitiesdb"), "create table kept as select 1 as number");

        await using var second = await PostgresServer.StartAsync(new() { DataDirectory = Data, InitialDatabase = "opportunitiesdb" });

        Assert.Equal(1, await ExecuteAsync(second.ConnectionStringFor("opportunitiesdb"), "select number from kept"));
    }

    [Fact]
    public async Task A_killed_server_keeps_what_was_committed()
    {
        await using var server = await PostgresServer.StartAsync(new() { DataDirectory = Data });
        var database = await server.CreateDatabaseAsync("crash");
        await ExecuteAsync(database, "create table kept as select 1 as number");

        await server.KillAsync();
        Assert.True(File.Exists(Path.Combine(Data, "postmaster.pid")));
        await server.RestartAsync();

        Assert.Equal(1, await ExecuteAsync(database, "select number from kept"));
    }

    [Fact]
    public async Task A_lock_that_names_a_living_process_of_another_kind_does_not_keep_the_server_from_starting()
    {
        await using (await PostgresServer.StartAsync(new() { DataDirectory = Data, IsDurable = false }))
        {
        }
        await using var other = await SharedServers.StartPostgresAsync(_directory["other"]);
        await File.WriteAllTextAsync(
            Path.Combine(Data, "postmaster.pid"), $"{other.ProcessId}\n{Data}\n1\n54320\n\n127.0.0.1\n1 1\nready   \n");

        await using var server = await PostgresServer.StartAsync(new() { DataDirectory = Data, IsDurable = false });

        Assert.Equal(1, await ExecuteAsync(server.ConnectionStringFor("postgres"), "select 1"));
    }

    [Fact]
    public async Task The_usual_port_taken_means_another_one()
    {
        using var taken = TakePort(out var number);

        await using var server = await PostgresServer.StartAsync(
            new() { DataDirectory = Data, IsDurable = false, Port = ListenPort.Usually(number) });

        Assert.NotEqual(number, server.Port);
        Assert.Equal(1, await ExecuteAsync(server.ConnectionStringFor("postgres"), "select 1"));
    }

    [Fact]
    public async Task A_required_port_taken_is_said_in_a_sentence()
    {
        using var taken = TakePort(out var number);

        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => PostgresServer.StartAsync(
            new() { DataDirectory = Data, IsDurable = false, Port = ListenPort.Exactly(number) }));

        Assert.StartsWith($"Port {number}, which PostgreSQL shall listen on, is taken", refusal.Message);
    }

    [Fact]
    public async Task A_missing_installation_is_said_with_what_to_install()
    {
        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => PostgresServer.StartAsync(
            new() { DataDirectory = Data, BinaryDirectories = [_directory.Path] }));

        Assert.StartsWith("PostgreSQL is not installed", refusal.Message);
        Assert.Contains("apt-get install postgresql", refusal.Message);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_folder_of_something_else_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "letter.txt"), "mine");

        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => PostgresServer.StartAsync(new() { DataDirectory = Data }));

        Assert.StartsWith($"{Data} is not a PostgreSQL data folder", refusal.Message);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Data, "letter.txt")));
    }

    [Fact]
    public async Task A_folder_of_another_major_version_is_said_in_a_sentence()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "PG_VERSION"), "9\n");

        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => PostgresServer.StartAsync(new() { DataDirectory = Data }));

        Assert.StartsWith($"The data folder {Data} was made by PostgreSQL 9, and only PostgreSQL", refusal.Message);
    }

    [Fact]
    public async Task A_damaged_folder_is_said_in_a_sentence()
    {
        await using (await PostgresServer.StartAsync(new() { DataDirectory = Data, IsDurable = false }))
        {
        }
        File.Delete(Path.Combine(Data, "global", "pg_control"));

        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => PostgresServer.StartAsync(new() { DataDirectory = Data }));

        Assert.StartsWith($"PostgreSQL cannot start from {Data}: ", refusal.Message);
        Assert.Contains("pg_control", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task What_an_interrupted_initialisation_left_is_no_hindrance()
    {
        Directory.CreateDirectory($"{Data}.initialising/data/base");

        await using var server = await PostgresServer.StartAsync(new() { DataDirectory = Data, IsDurable = false });

        Assert.Equal(1, await ExecuteAsync(server.ConnectionStringFor("postgres"), "select 1"));
        Assert.False(Directory.Exists($"{Data}.initialising"));
    }

    [Fact]
    public async Task A_password_is_asked_for()
    {
        var server = await SharedServers.PostgresAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync($"Host=127.0.0.1;Port={server.Port};Username=postgres;Password=guess;Database=postgres", "select 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
    }

    [Fact]
    public async Task A_database_is_created_once_and_can_be_copied()
    {
        var server = await SharedServers.PostgresAsync();
        await ExecuteAsync(await server.CreateDatabaseAsync("original"), "create table copied as select 7 as number");

        Assert.Equal(7, await ExecuteAsync(await server.CreateDatabaseAsync("copy", template: "original"), "select number from copied"));
        Assert.Equal(7, await ExecuteAsync(await server.EnsureDatabaseAsync("copy"), "select number from copied"));
        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => server.CreateDatabaseAsync("copy"));
        Assert.Contains("already exists", refusal.Message);
    }

    [Fact]
    public async Task A_prepared_server_runs_when_somebody_else_starts_it()
    {
        var launch = await PostgresSetup.PrepareAsync(
            new() { DataDirectory = Data, IsDurable = false, InitialDatabase = "opportunitiesdb" });

        await using var process = await ChildProcess.StartAsync("prepared", launch.Command, ProcessSignal.Interrupt, output: null);

        await Eventually.TrueAsync(async () => await CanConnectAsync($"{launch.ConnectionString};Database=opportunitiesdb"));
        await process.StopAsync(ProcessSignal.Interrupt, TimeSpan.FromMinutes(1));
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task<bool> CanConnectAsync(string connectionString)
    {
        try
        {
            return await ExecuteAsync(connectionString, "select 1") is 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static TcpListener TakePort(out int number)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        number = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
