using Npgsql;

namespace Opportunities.Testing;

/// <summary>A migrated database beside that of a system: an API process on it does the background jobs itself.</summary>
internal static class OwnDatabase
{
    /// <summary>Creates one, on the system's server.</summary>
    /// <returns>What an API process must be told to use it.</returns>
    public static async Task<Dictionary<string, string?>> CreateAsync(RunningSystem system)
    {
        var name = $"own_{Guid.NewGuid():N}";
        await using (var connection = new NpgsqlConnection(system.ConnectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
            await create.ExecuteNonQueryAsync();
        }

        var database = new Dictionary<string, string?>
        {
            ["ConnectionStrings__opportunitiesdb"] =
                new NpgsqlConnectionStringBuilder(system.ConnectionString) { Database = name }.ConnectionString,
        };
        await using var migrations = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "migrations",
            AssemblyPath = ServiceAssemblies.Migrations,
            Environment = new Dictionary<string, string?>(database) { ["DOTNET_ENVIRONMENT"] = "Production" },
        });
        Assert.Equal(0, await migrations.Exited.WaitAsync(TimeSpan.FromMinutes(2)));
        return database;
    }
}
