using System.Diagnostics;

namespace Opportunities.LocalServers;

internal static class CommandRunner
{
    /// <summary>Runs a command; its output is both streams, one after the other.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        LaunchCommand command, CancellationToken cancellationToken, string? input = null)
    {
        using var process = Process.Start(command.ToStartInfo(redirectInput: true))!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            if (input is not null)
                await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, $"{await output}{await error}".Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
