using System.Diagnostics;
using Opportunities.ServiceDefaults;

namespace Opportunities.MigrationService;

/// <summary>One run from waiting for the server to the exit code.</summary>
internal static partial class MigrationRun
{
    private static readonly ActivitySource _activities = new(TelemetryNames.ActivitySource);

    /// <returns>The exit code: 0 done, 1 failed, 2 refused.</returns>
    public static async Task<int> ExecuteAsync(IServiceProvider services, MigrationAction action)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MigrationRun).Namespace!);
        var environment = services.GetRequiredService<IHostEnvironment>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        if (action is MigrationAction.Seed or MigrationAction.Reset && !environment.IsDevelopment())
        {
            LogRefused(logger, action, environment.EnvironmentName);
            return 2;
        }

        try
        {
            using var activity = _activities.StartActivity($"migrations {action}");
            await using var scope = services.CreateAsyncScope();
            var migrator = scope.ServiceProvider.GetRequiredService<SchemaMigrator>();
            await migrator.WaitForServerAsync(stopping);
            if (action == MigrationAction.List)
            {
                await ListAsync(scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>(), stopping);
                return 0;
            }

            var applied = await migrator.MigrateAsync(emptyFirst: action == MigrationAction.Reset, stopping);
            await scope.ServiceProvider.GetRequiredService<DatabaseRoles>().GrantAsync(stopping);
            var seeded = environment.IsDevelopment()
                ? await scope.ServiceProvider.GetRequiredService<DemoData>()
                    .AddAsync(startOver: action != MigrationAction.Migrate, stopping)
                : 0;
            LogDone(logger, applied, seeded);
            return 0;
        }
        catch (MissingExtensionException exception)
        {
            LogMissing(logger, exception.Message);
            return 1;
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception);
            return 1;
        }
    }

    private static async Task ListAsync(OpportunitiesDbContext database, CancellationToken cancellationToken)
    {
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellationToken)).ToHashSet();
        var known = database.Database.GetMigrations().ToList();
        foreach (var migration in known) Console.WriteLine($"{(applied.Contains(migration) ? "applied" : "pending")}  {migration}");
        foreach (var migration in applied.Except(known)) Console.WriteLine($"newer    {migration}");
        Console.WriteLine($"{known.Count(applied.Contains)} applied, {known.Count(migration => !applied.Contains(migration))} pending");
    }

    [LoggerMessage(LogLevel.Information, "Done: {Applied} migrations applied, {Seeded} demo opportunities added.")]
    private static partial void LogDone(ILogger logger, int applied, int seeded);

    [LoggerMessage(LogLevel.Critical, "Failed: the schema is not at this build's version.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Critical, "Failed: {Reason}")]
    private static partial void LogMissing(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Critical, "Refused: {Action} destroys data and works in Development only; this is {Environment}.")]
    private static partial void LogRefused(ILogger logger, MigrationAction action, string environment);
}
