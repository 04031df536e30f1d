namespace Opportunities.AppHost;

/// <summary>How the AppHost's process ends.</summary>
internal static class ExitCode
{
    /// <summary>Runs the application. A host whose background service failed would end with 0, and a publish is such a service.</summary>
    /// <returns>0 for a developer's run that came up, and for a pipeline that ended well; otherwise 1.</returns>
    public static async Task<int> RunToExitCodeAsync(this DistributedApplication app)
    {
        // Asked for now: at the end of the run the container of services is gone.
        var isPublish = app.Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode;
        var welcome = app.Services.GetService<Welcome>();
        // Not in a run: an orchestrator that is made before the start never learns of the dashboard, and `aspire run` waits for it.
        var publishing = isPublish ? app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray() : [];
        await app.RunAsync();
        return welcome is { HasFailed: true } || publishing.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }
}
