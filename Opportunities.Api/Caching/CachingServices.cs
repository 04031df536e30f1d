namespace Opportunities.Api.Caching;

/// <summary>The answer cache, which is never stale, and output caching for what may be a little old; one connection to Redis.</summary>
internal static class CachingServices
{
    public static void AddCaching(this IHostApplicationBuilder builder)
    {
        builder.AddRedisOutputCache(
            ResourceNames.Cache,
            settings => (settings.DisableHealthChecks, settings.DisableTracing) = (true, !builder.ExportsTelemetry()),
            CacheConnection.Configure);
        builder.Services.AddOptions<CachingOptions>().BindConfiguration(CachingOptions.Section);
        builder.Services.AddSingleton<CacheConnection>();
        builder.Services.AddSingleton<CacheGenerations>();
        builder.Services.AddSingleton<GenerationReader>();
        builder.Services.AddSingleton<AnswerCache>();
        builder.Services.AddSingleton(typeof(CoalescedReads<>));
        builder.Services.AddHostedService(services => services.GetRequiredService<CacheGenerations>());
    }
}
