namespace Opportunities.AppHost.Commands;

/// <summary>Runs the migration service once more, as the same resource: its log and traces are where one looks for them.</summary>
internal sealed class MigrationRunner
{
    private readonly string _migrations;
    private string? _argument;
    private int _isRunning;

    public MigrationRunner(IResourceBuilder<ProjectResource> migrations)
    {
        _migrations = migrations.Resource.Name;
        migrations.WithArgs(context =>
        {
            if (_argument is not null) context.Args.Add(_argument);
        });
    }

    /// <param name="argument">What it shall do, if anything else than to migrate.</param>
    public async Task<ExecuteCommandResult> RunAsync(string? argument, ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        var commands = context.Services.GetRequiredService<ResourceCommandService>();

        if (Interlocked.Exchange(ref _isRunning, 1) == 1) return CommandResults.Failure("Another command is under way.");
        try
        {
            if (!notifications.TryGetCurrentState(_migrations, out var last) || !HasEnded(last.Snapshot))
                return CommandResults.Failure("The migration service is still running.");

            _argument = argument;
            var start = await commands.ExecuteCommandAsync(_migrations, KnownResourceCommands.StartCommand, context.CancellationToken);
            if (!start.Success) return start;

            // Until it has been started anew, the resource still shows the end of its last run.
            var end = await notifications.WaitForResourceAsync(
                _migrations,
                change => HasEnded(change.Snapshot) && change.Snapshot.StartTimeStamp != last.Snapshot.StartTimeStamp,
                context.CancellationToken);
            return end.Snapshot.ExitCode == 0
                ? CommandResults.Success()
                : CommandResults.Failure(
                    $"The migration service ended with exit code {end.Snapshot.ExitCode}; the log of {_migrations} says why.");
        }
        finally
        {
            _argument = null;
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private static bool HasEnded(CustomResourceSnapshot snapshot) => KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text);
}
