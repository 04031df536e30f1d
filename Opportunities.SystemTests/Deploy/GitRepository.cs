using System.Diagnostics;

namespace Opportunities.SystemTests.Deploy;

/// <summary>A repository of a test, in which whoever commits has a name.</summary>
internal sealed class GitRepository(string path)
{
    /// <returns>What git printed, without the line end.</returns>
    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", path, "-c", "user.name=test", "-c", "user.email=test@example.com", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output.TrimEnd();
    }
}
