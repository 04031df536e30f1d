using System.Diagnostics;

namespace Opportunities.Tests.AppHost;

/// <summary>A developer's run that cannot start.</summary>
internal static class FailedRun
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs the AppHost's program until it ends with exit code 1, and gives what it wrote on its standard error.</summary>
    /// <param name="data">The run's folder.</param>
    /// <param name="prepare">Changes the process before it is started.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<string> SentenceAsync(TestDirectory data, Action<ProcessStartInfo> prepare, params string[] arguments)
    {
        var start = DeveloperRun.StartInfo(data, arguments);
        prepare(start);

        using var limit = new CancellationTokenSource(_limit);
        using var process = Process.Start(start)!;
        try
        {
            var output = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 1, string.Concat(output));
            Assert.DoesNotContain("   at ", string.Concat(output), StringComparison.Ordinal);
            return output[1].TrimEnd();
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
