using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace Opportunities.Testing;

/// <summary>
/// Runs a program of the machine (build/prepare.sh installs it) to its end, with a limit. One that is missing fails the test.
/// </summary>
internal static class MachineTool
{
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        try
        {
            var run = await Cli.Wrap(program)
                .WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(limit.Token);
            Assert.True(run.IsSuccess, $"{program} ended with {run.ExitCode}. {run.StandardOutput} {run.StandardError}");
            return run.StandardOutput;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"`{program}` is needed; ./test installs it. {exception.Message}", exception);
        }
    }
}
