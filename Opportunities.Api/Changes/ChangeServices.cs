using Opportunities.Api.Http;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Changes;

internal static class ChangeServices
{
    /// <summary>The key of the places for requests under way.</summary>
    public const string Places = "changes";

    public static void AddChanges(this IServiceCollection services)
    {
        services.AddSingleton<FeedCursors>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<ChangeSignal>();
        services.AddHostedService(static provider => provider.GetRequiredService<ChangeSignal>());
        // They wait for most of their time: the limits on served requests do not count them, and meanwhile they hold no connection.
        services.AddKeyedSingleton(Places, static (provider, _) =>
        {
            var limits = provider.GetRequiredService<IOptions<RateLimitSettings>>().Value;
            return new Places("requests for changes", limits.WaitingPerCaller, limits.Waiting, TimeSpan.Zero);
        });
    }

    public static void MapChanges(this WebApplication app) =>
        GetChanges.Map(app.MapGroup("/api/v1/changes").WithTags("Changes").ProducesCommonProblems());
}
