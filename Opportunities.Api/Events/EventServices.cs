using Opportunities.Api.Background;

namespace Opportunities.Api.Events;

internal static class EventServices
{
    public static void AddEvents(this IServiceCollection services)
    {
        services.AddOptions<EventOptions>().BindConfiguration(EventOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IEventSink>(static provider => provider.GetRequiredService<IOptions<EventOptions>>().Value.UsesQueue
            ? ActivatorUtilities.CreateInstance<QueueSink>(provider)
            : ActivatorUtilities.CreateInstance<RedisStreamSink>(provider));
        services.AddSingleton<CommitNotifier>();
        services.AddHostedService(static provider => provider.GetRequiredService<CommitNotifier>());
        services.AddSingleton<Job, OutboxCleaner>();
        services.AddSingleton<EventRelay>();
        services.AddHostedService(static provider => provider.GetRequiredService<EventRelay>());
    }
}
