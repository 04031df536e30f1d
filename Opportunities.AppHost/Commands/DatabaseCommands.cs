using System.Reflection;

namespace Opportunities.AppHost.Commands;

/// <summary>What a developer does to the database, by the migration service: one looks into its log and traces.</summary>
internal static class DatabaseCommands
{
    /// <param name="cache">Redis: what is in it was read from the database as it was before.</param>
    public static void WithDatabaseCommands(
        this IResourceBuilder<IResourceWithConnectionString> database,
        IResourceBuilder<ProjectResource> migrations,
        IResourceBuilder<IResourceWithConnectionString> cache)
    {
        var runner = new MigrationRunner(migrations);

        Add("seed", "Re-seed demo data", "ArrowReset", "--seed",
            "Brings the demo data back to their first state; everything else in the database stays.",
            "Changes that were made to the demo data are lost. Go on?",
            "The demo data are put back.", "The demo data are in their first state again.");
        Add("reset", "Reset", "DatabaseWarning", "--reset",
            "Empties the database, migrates it and adds the demo data.",
            "Everything in the database is lost. Go on?",
            "The database is made anew.", "The database has the demo data, and nothing else.");
        Add("migrate", "Migrate", "DatabaseArrowUp", null,
            "Applies the pending migrations, and adds the demo data that are missing.",
            null,
            "The pending migrations are applied.", "The schema is at this build's version.");
        database.WithProcessCommand(
            "pending", "Show pending migrations", context => ListAsync(database.Resource, migrations.Resource, context),
            new ProcessCommandOptions
            {
                Description = "Lists the migrations of this build, and which of them the database has yet to get.",
                IconName = "TaskListSquareDatabase",
                GetCommandResult = context => Task.FromResult(context.ExitCode == 0
                    ? CommandResults.Success(
                        $"{context.Output[^1]}.", string.Join('\n', context.Output), CommandResultFormat.Text, displayImmediately: true)
                    : CommandResults.Failure(
                        "The migrations cannot be listed: the database does not answer.", string.Join('\n', context.Output))),
                UpdateState = WhenRunning,
            });
        database.WithCommand("psql", "Open psql", async context =>
            {
                var uri = await database.Resource.Uri().GetValueAsync(context.CancellationToken);
                return CommandResults.Success(
                    "The command to paste into a terminal.", $"psql {uri}", CommandResultFormat.Text, displayImmediately: true);
            },
            new CommandOptions
            {
                Description = "Shows the command that opens PostgreSQL's command line on this database.",
                IconName = "WindowConsole",
            });

        void Add(
            string name, string label, string icon, string? argument, string description, string? confirmation, string working,
            string done) =>
            database.WithCommand(name, label, context => RunAsync(argument, done, context), new CommandOptions
            {
                Description = description,
                ConfirmationMessage = confirmation,
                IconName = icon,
                Progress = new() { Message = working, HideCancelButton = true },
                UpdateState = WhenRunning,
            });

        async Task<ExecuteCommandResult> RunAsync(string? argument, string done, ExecuteCommandContext context)
        {
            if (await runner.RunAsync(argument, context) is { Success: false } failure) return failure;
            return await CacheCommands.FlushAsync(cache.Resource, context.CancellationToken) is { Success: false } stale
                ? stale
                : CommandResults.Success(done);
        }
    }

    /// <summary>Offers a command only while the resource runs.</summary>
    public static ResourceCommandState WhenRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    /// <summary>The way in which Aspire runs a project, so that what is listed is what a start of the system would apply.</summary>
    private static async ValueTask<ProcessCommandSpec> ListAsync(
        IResourceWithConnectionString database, ProjectResource migrations, ExecuteCommandContext context)
    {
        var configuration = typeof(DatabaseCommands).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        return new ProcessCommandSpec("dotnet")
        {
            Arguments =
            [
                "run", "--project", migrations.GetProjectMetadata().ProjectPath, "--no-build", "--configuration", configuration,
                "--no-launch-profile", "--", "--list",
            ],
            EnvironmentVariables = new Dictionary<string, string>
            {
                [$"ConnectionStrings__{ResourceNames.Database}"] = await database.GetConnectionStringAsync(context.CancellationToken) ?? "",
                ["Logging__LogLevel__Default"] = "Critical",
                ["Migrations__WaitSeconds"] = "0",
            },
        };
    }
}
