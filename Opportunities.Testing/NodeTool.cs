using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>Runs the npm packages of <c>tools/</c>, in that folder, with a limit.</summary>
internal static class NodeTool
{
    public static async Task<(int ExitCode, string Output)> RunAsync(string script, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var node = new LaunchCommand("node", [script, .. arguments]) { WorkingDirectory = RepositoryRoot.Combine("tools") };
        return await node.RunAsync(limit.Token);
    }
}
