using Microsoft.Extensions.DependencyInjection;

namespace Opportunities.AppHost;

/// <summary>Runs the migration service once more with an argument, as the same resource: its log and traces are where one looks for them.</summary>
internal sealed class MigrationRunner
{
    private readonly ProjectResource _migrations;
    private string? _argument;

    /// <summary>Prepares the resource.</summary>
    /// <param name="migrations">The migration service.</param>
    public MigrationRunner(IResourceBuilder<ProjectResource> migrations)
    {
        _migrations = migrations.Resource;
        migrations.WithArgs(context =>
        {
            if (_argument is not null)
                context.Args.Add(_argument);
        });
    }

    /// <summary>Offers a command only while no run is under way.</summary>
    /// <param name="context">The state of the migration service.</param>
    public static ResourceCommandState WhenFinished(UpdateCommandStateContext context) =>
        HasEnded(context.ResourceSnapshot) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    /// <summary>Starts the migration service and waits for its end.</summary>
    /// <param name="argument">What it shall do.</param>
    /// <param name="context">The command.</param>
    public async Task<ExecuteCommandResult> RunAsync(string argument, ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        var commands = context.Services.GetRequiredService<ResourceCommandService>();

        if (!notifications.TryGetCurrentState(context.ResourceName, out var last) || !HasEnded(last.Snapshot))
            return CommandResults.Failure("The migration service is still running.");

        if (Interlocked.CompareExchange(ref _argument, argument, null) is not null)
            return CommandResults.Failure("Another command is under way.");
        try
        {
            var start = await commands.ExecuteCommandAsync(context.ResourceName, KnownResourceCommands.StartCommand, context.CancellationToken);
            if (!start.Success)
                return start;

            // Until it has been started anew, the resource still shows the end of its last run.
            var end = await notifications.WaitForResourceAsync(
                _migrations.Name,
                change => HasEnded(change.Snapshot) && change.Snapshot.StartTimeStamp != last.Snapshot.StartTimeStamp,
                context.CancellationToken);
            return end.Snapshot.ExitCode == 0
                ? CommandResults.Success()
                : CommandResults.Failure($"The migration service ended with exit code {end.Snapshot.ExitCode}; its log says why.");
        }
        finally
        {
            _argument = null;
        }
    }

    private static bool HasEnded(CustomResourceSnapshot snapshot) => KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text);
}
