using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Opportunities.AppHost;

/// <summary>
/// Makes a failed publish, deploy or destroy fail. The steps of the AWS package log their errors and end as if nothing had happened, and a
/// host whose background service failed ends with the exit code 0.
/// </summary>
internal static class PublishGuard
{
    private const string StepsLogged = "Aspire.Hosting.AWS.Deployment.";

    /// <summary>Adds a step after each step of the AWS environment, that fails when the one before it has logged an error.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="environment">The name of the AWS environment.</param>
    public static void AddPublishGuard(this IDistributedApplicationBuilder builder, string environment)
    {
        var errors = new ErrorListener();
        builder.Services.AddSingleton<ILoggerProvider>(errors);
        // Whatever else is silenced, errors have to arrive here.
        builder.Services.Configure<LoggerFilterOptions>(options =>
            options.Rules.Add(new LoggerFilterRule(typeof(ErrorListener).FullName, null, LogLevel.Error, null)));

        foreach (var goal in new[] { WellKnownPipelineSteps.Publish, WellKnownPipelineSteps.Deploy, WellKnownPipelineSteps.Destroy })
        {
            builder.Pipeline.AddStep(
                $"check-{goal}-{environment}",
                _ => errors.First is { } error ? throw new DistributedApplicationException(error) : Task.CompletedTask,
                dependsOn: $"{goal}-{environment}",
                requiredBy: goal);
        }
    }

    /// <summary>Runs the application.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The exit code: 0 for a developer's run, and for a publish whose pipeline ended well.</returns>
    public static async Task<int> RunToExitCodeAsync(this DistributedApplication app)
    {
        // Asked for now: at the end of the run the container of services is gone.
        var services = app.Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode
            ? app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray()
            : [];
        await app.RunAsync();
        return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }

    private sealed class ErrorListener : ILoggerProvider, ILogger
    {
        public string? First { get; private set; }

        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith(StepsLogged, StringComparison.Ordinal) ? this : NullLogger.Instance;

        public void Dispose()
        {
        }

        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                First ??= $"{formatter(state, exception)}: {exception?.Message}";
        }
    }
}
