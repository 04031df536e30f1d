using Opportunities.Api.Background;

namespace Opportunities.Api.Idempotency;

internal static class IdempotencyServices
{
    public static void AddIdempotency(this IServiceCollection services)
    {
        services.AddOptions<IdempotencyOptions>().BindConfiguration(IdempotencyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<IdempotentExecutor>();
        services.AddSingleton<Job, KeyCleaner>();
    }
}
