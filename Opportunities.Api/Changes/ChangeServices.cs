using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Changes;

/// <summary>Registers the change feed, and maps its operation.</summary>
internal static class ChangeServices
{
    public static void AddChanges(this IServiceCollection services)
    {
        services.AddSingleton<FeedCursors>();
        services.AddSingleton<FeedPlaces>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<ChangeSignal>();
        services.AddHostedService(static provider => provider.GetRequiredService<ChangeSignal>());
    }

    public static void MapChanges(this WebApplication app) =>
        GetChanges.Map(app.MapGroup("/api/v1/changes").WithTags("Changes").ProducesCommonProblems());
}
