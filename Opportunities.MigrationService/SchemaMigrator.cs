using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;
using Opportunities.Data;
using Opportunities.ServiceDefaults;

namespace Opportunities.MigrationService;

/// <summary>Brings a database to this build's schema, one migration after the other.</summary>
internal sealed partial class SchemaMigrator(
    OpportunitiesDbContext database, IOptions<MigrationOptions> options, ILogger<SchemaMigrator> logger)
{
    /// <summary>The advisory lock that only one migrator of a database holds at a time ("opportun" in ASCII).</summary>
    private const long MigratorLock = 0x6f70706f7274756e;

    private static readonly ActivitySource _activities = new(TelemetryNames.ActivitySource);

    /// <summary>Waits until the server accepts connections, as long as the options allow.</summary>
    public async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var limit = TimeSpan.FromSeconds(options.Value.WaitSeconds);
        while (true)
        {
            try
            {
                await database.Database.OpenConnectionAsync(cancellationToken);
                await database.Database.CloseConnectionAsync();
                return;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && Stopwatch.GetElapsedTime(started) < limit)
            {
                LogWaiting(logger, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }

    /// <summary>Applies the pending migrations while holding the migrator's lock.</summary>
    /// <param name="emptyFirst">Whether everything in the database is dropped before.</param>
    /// <param name="cancellationToken">Stops between two migrations.</param>
    /// <returns>How many migrations were applied.</returns>
    public async Task<int> MigrateAsync(bool emptyFirst, CancellationToken cancellationToken)
    {
        // The lock belongs to this connection: it is released with it, however the process ends.
        await using var holder = new NpgsqlConnection(database.Database.GetConnectionString());
        await holder.OpenAsync(cancellationToken);
        await using (var acquire = new NpgsqlCommand("SELECT pg_advisory_lock($1)", holder) { CommandTimeout = 0 })
        {
            acquire.Parameters.AddWithValue(MigratorLock);
            await acquire.ExecuteNonQueryAsync(cancellationToken);
        }

        if (emptyFirst)
        {
            await database.Database.ExecuteSqlRawAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", cancellationToken);
            LogEmptied(logger);
        }

        var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        var migrator = database.GetService<IMigrator>();
        foreach (var (index, migration) in pending.Index())
        {
            using var activity = _activities.StartActivity("migration");
            activity?.SetTag("migration.id", migration);
            LogApplying(logger, index + 1, pending.Count, migration);
            await migrator.MigrateAsync(migration, cancellationToken);
        }

        return pending.Count;
    }

    [LoggerMessage(LogLevel.Information, "Waiting for the database: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The database was emptied.")]
    private static partial void LogEmptied(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Applying migration {Number} of {Count}: {Migration}")]
    private static partial void LogApplying(ILogger logger, int number, int count, string migration);
}
