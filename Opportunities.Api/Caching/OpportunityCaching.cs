using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;
using Opportunities.ServiceDefaults;

namespace Opportunities.Api.Caching;

/// <summary>Output caching in Redis with the never-stale promise.</summary>
internal static class OpportunityCaching
{
    public static void AddOpportunityCaching(this IHostApplicationBuilder builder)
    {
        builder.AddRedisOutputCache(
            ResourceNames.Cache,
            settings => (settings.DisableHealthChecks, settings.DisableTracing) = (true, !builder.ExportsTelemetry()),
            CacheConnection.Configure);
        builder.Services.AddOptions<CachingOptions>().BindConfiguration(CachingOptions.Section);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<CacheConnection>();
        builder.Services.AddSingleton<CacheGenerations>();
        builder.Services.AddSingleton<GenerationReader>();
        builder.Services.AddSingleton<JointReads>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CacheGenerations>());
        builder.Services.AddSingleton<IOutputCacheStore, GenerationOutputCacheStore>();
    }

    /// <summary>Answers reads from the cache where <see cref="CachingOptions.ReadsFromCache"/> says so.</summary>
    public static void UseOpportunityCaching(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<CachingOptions>>().Value.ReadsFromCache) app.UseOutputCache();
    }

    /// <summary>Caches the endpoint's answers in the scope of all lists.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="content">The request's parameters, parsed and in one form.</param>
    public static RouteHandlerBuilder CacheAsList(this RouteHandlerBuilder endpoint, Func<HttpContext, string> content) =>
        endpoint.CacheOutput(new CachePolicy(context => CacheKey.OfList(context, content(context))));

    /// <summary>Caches the endpoint's answers in the scope of the opportunity that the route's <c>id</c> names.</summary>
    public static RouteHandlerBuilder CacheAsItem(this RouteHandlerBuilder endpoint) =>
        endpoint.CacheOutput(new CachePolicy(CacheKey.OfItem));
}
