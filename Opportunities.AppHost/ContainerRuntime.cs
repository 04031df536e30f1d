using System.ComponentModel;
using System.Diagnostics;

namespace Opportunities.AppHost;

/// <summary>Whether this machine can run containers.</summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks the runtime that Aspire would use. A client alone is not enough: it is often installed without the engine behind it,
    /// and only a command that needs the engine shows that.
    /// </summary>
    public static async Task<bool> AnswersAsync()
    {
        string?[] chosen =
        [
            Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME"),
            Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME"),
        ];
        string[] clients = chosen.FirstOrDefault(client => !string.IsNullOrWhiteSpace(client)) is { } client ? [client] : ["docker", "podman"];

        var answers = await Task.WhenAll(clients.Select(AnswersAsync));
        return answers.Contains(true);
    }

    private static async Task<bool> AnswersAsync(string client)
    {
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(client, ["container", "ls", "--last", "1", "--quiet"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}
