using StackExchange.Redis;

namespace Opportunities.AppHost.Commands;

internal static class CacheCommands
{
    public static void WithCacheCommands(this IResourceBuilder<IResourceWithConnectionString> cache) =>
        cache.WithCommand("flush", "Flush", context => FlushAsync(cache.Resource, context.CancellationToken), new CommandOptions
        {
            Description = "Forgets every cached answer.",
            ConfirmationMessage = "Every cached answer is forgotten. Go on?",
            IconName = "Broom",
            UpdateState = DatabaseCommands.WhenRunning,
        });

    public static async Task<ExecuteCommandResult> FlushAsync(IResourceWithConnectionString cache, CancellationToken cancellationToken)
    {
        var options = ConfigurationOptions.Parse(await cache.GetConnectionStringAsync(cancellationToken) ?? "");
        options.AllowAdmin = true;
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
            foreach (var server in redis.GetServers()) await server.FlushAllDatabasesAsync();
            return CommandResults.Success("The cache is empty.");
        }
        catch (RedisException)
        {
            return CommandResults.Failure("The cache is not flushed: Redis does not answer.");
        }
    }
}
