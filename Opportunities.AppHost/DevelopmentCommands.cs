using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Opportunities.AppHost;

/// <summary>The commands that the dashboard offers on the resources.</summary>
internal static class DevelopmentCommands
{
    /// <summary>The name of the command that puts the demo data back.</summary>
    public const string Seed = "seed";

    /// <summary>The name of the command that empties the database.</summary>
    public const string Reset = "reset";

    /// <summary>The name of the command that empties the cache.</summary>
    public const string Flush = "flush";

    /// <summary>Adds the commands. They lose data, so they are for a development run alone.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="migrations">The migration service, which knows how to seed and to reset.</param>
    /// <param name="cache">Redis.</param>
    public static void AddDevelopmentCommands(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<ProjectResource> migrations,
        IResourceBuilder<IResourceWithConnectionString> cache)
    {
        if (!builder.ExecutionContext.IsRunMode || !builder.Environment.IsDevelopment())
            return;

        var runner = new MigrationRunner(migrations);

        migrations.WithCommand(Seed, "Re-seed demo data", context => RunAsync("--seed", context), new CommandOptions
        {
            Description = "Brings the demo data back to their first state; everything else in the database stays.",
            ConfirmationMessage = "Changes that were made to the demo data are lost. Go on?",
            IconName = "DatabaseArrowUp",
            UpdateState = MigrationRunner.WhenFinished,
        });
        migrations.WithCommand(Reset, "Reset database", context => RunAsync("--reset", context), new CommandOptions
        {
            Description = "Empties the database, migrates it and adds the demo data.",
            ConfirmationMessage = "Everything in the database is lost. Go on?",
            IconName = "DatabaseWarning",
            UpdateState = MigrationRunner.WhenFinished,
        });
        cache.WithCommand(Flush, "Flush cache", FlushAsync, new CommandOptions
        {
            Description = "Forgets every cached answer.",
            ConfirmationMessage = "Every cached answer is forgotten. Go on?",
            IconName = "Broom",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled,
        });

        // What is in the cache was read from the database as it was before.
        async Task<ExecuteCommandResult> RunAsync(string argument, ExecuteCommandContext context) =>
            await runner.RunAsync(argument, context) is { Success: false } failure ? failure : await FlushAsync(context);

        Task<ExecuteCommandResult> FlushAsync(ExecuteCommandContext context) => FlushCacheAsync(cache.Resource, context.CancellationToken);
    }

    private static async Task<ExecuteCommandResult> FlushCacheAsync(IResourceWithConnectionString cache, CancellationToken cancellationToken)
    {
        var options = ConfigurationOptions.Parse(await cache.GetConnectionStringAsync(cancellationToken) ?? "");
        options.AllowAdmin = true;
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
            foreach (var server in redis.GetServers())
                await server.FlushAllDatabasesAsync();
            return CommandResults.Success();
        }
        catch (RedisException exception)
        {
            return CommandResults.Failure($"The cache could not be flushed: {exception.Message}");
        }
    }
}
