using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Opportunities.MigrationService;

/// <summary>Brings a database to this build's schema.</summary>
internal sealed partial class SchemaMigrator(
    OpportunitiesDbContext database, IOptions<MigrationOptions> options, ILogger<SchemaMigrator> logger)
{
    /// <summary>The advisory lock that only one migrator of a database holds at a time ("opportun" in ASCII).</summary>
    private const long MigratorLock = 0x6f70706f7274756e;

    /// <summary>How long an attempt waits for a lock. Everything that asks for the same table meanwhile waits behind it.</summary>
    private static readonly TimeSpan _lockTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long what waited behind an attempt goes on before the next one.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(3);

    /// <summary>A connection string whose sessions give up waiting for a lock.</summary>
    public static string? WithLockTimeout(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString)) return connectionString;
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // As the session's default, so that a migration may SET another one and RESET it.
        settings.Options = $"{settings.Options} -c lock_timeout={_lockTimeout.TotalMilliseconds}".TrimStart();
        return settings.ConnectionString;
    }

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

    /// <summary>Applies the migrations that are missing, in their order, while holding the migrator's lock. Reverts none.</summary>
    /// <param name="emptyFirst">Whether everything in the database is dropped before.</param>
    public async Task<int> MigrateAsync(bool emptyFirst, CancellationToken cancellationToken)
    {
        await using var turn = await TakeTurnAsync(cancellationToken);
        if (emptyFirst)
        {
            await RetryAsync(
                () => database.Database.ExecuteSqlRawAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", cancellationToken),
                cancellationToken);
            LogEmptied(logger);
        }

        await RequireExtensionAsync(cancellationToken);
        var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
        await RetryAsync(() => database.Database.MigrateAsync(cancellationToken), cancellationToken);
        return pending;
    }

    /// <summary>Makes sure that a migration can create what it needs: the server's own message names a file of the server.</summary>
    /// <exception cref="MissingExtensionException">It cannot.</exception>
    private async Task RequireExtensionAsync(CancellationToken cancellationToken)
    {
        var state = await database.Database.SqlQuery<string>(
            $"""
             SELECT CASE
               WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'unaccent') THEN 'created'
               WHEN NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'unaccent') THEN 'not installed'
               WHEN NOT has_database_privilege(current_database(), 'CREATE') THEN 'not allowed'
               ELSE 'to create'
             END AS "Value"
             """).SingleAsync(cancellationToken);
        if (state is "not installed" or "not allowed") throw new MissingExtensionException(isInstalled: state == "not allowed");
    }

    /// <summary>
    /// Waits for the migrator's lock, which ends with the connection. Asks again and again instead of waiting in the server: CREATE INDEX
    /// CONCURRENTLY waits for every statement that runs, and would wait for one that waits for it.
    /// </summary>
    private async Task<NpgsqlConnection> TakeTurnAsync(CancellationToken cancellationToken)
    {
        // Not of a pool, which would keep it, and with it the lock.
        var holder = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        try
        {
            await holder.OpenAsync(cancellationToken);
            await using var acquire =
                new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", holder) { Parameters = { new() { Value = MigratorLock } } };
            for (var isFirst = true; !(bool)(await acquire.ExecuteScalarAsync(cancellationToken))!; isFirst = false)
            {
                if (isFirst) LogAnother(logger);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }

            return holder;
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Repeats what waited for a lock in vain, and was rolled back, for as long as the options allow.</summary>
    private async Task RetryAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var limit = TimeSpan.FromSeconds(options.Value.LockWaitSeconds);
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception exception) when (IsLockTimeout(exception) && Stopwatch.GetElapsedTime(started) < limit)
            {
                LogLocked(logger, _lockTimeout.TotalSeconds, exception.GetBaseException().Message);
                await Task.Delay(_pause, cancellationToken);
            }
        }
    }

    // EF Core wraps what could be repeated.
    private static bool IsLockTimeout(Exception exception) =>
        exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    [LoggerMessage(LogLevel.Information, "Waiting for the database: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Another migrator is at work; waiting for its end.")]
    private static partial void LogAnother(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The database was emptied.")]
    private static partial void LogEmptied(ILogger logger);

    [LoggerMessage(
        LogLevel.Warning, "A lock was not to be had within {Seconds} s; somebody has the table in use. It is tried again: {Reason}")]
    private static partial void LogLocked(ILogger logger, double seconds, string reason);
}
