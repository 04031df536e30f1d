using Npgsql;
using Opportunities.ServiceDefaults;

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

        var database = new NpgsqlConnectionStringBuilder(system.ConnectionString) { Database = name }.ConnectionString;
        await Migrations.RunAsync(database, "Production");
        return new() { [$"ConnectionStrings__{ResourceNames.Database}"] = database };
    }
}
