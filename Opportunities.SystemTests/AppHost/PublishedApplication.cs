using CliWrap;
using CliWrap.Buffered;

namespace Opportunities.SystemTests.AppHost;

/// <summary>A publish by the AppHost's own program, which is how <c>aspire publish</c> starts it too.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Assembly">Where the CDK's assembly is.</param>
internal sealed record PublishedApplication(int ExitCode, string Output, string Assembly)
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    /// <summary>Publishes.</summary>
    /// <param name="folder">Where to; also the user's home, so that what Aspire would keep there is seen.</param>
    /// <param name="path">Where its programs are looked for.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<PublishedApplication> CreateAsync(string folder, string path, params string[] arguments)
    {
        var program = typeof(Projects.Opportunities_AppHost).Assembly.Location;
        // Nobody's credentials are looked for, on this machine or around it.
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToDictionary(name => name, string? (_) => null);
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["HOME"] = environment["USERPROFILE"] = folder;
        environment["PATH"] = path;
        // Where the CDK unpacks its packages on Linux, which takes as long as all the rest: it has done so for the stacks to compare with.
        var packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/aws/jsii/package-cache");
        if (Directory.Exists(packages)) environment["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = packages;

        using var limit = new CancellationTokenSource(_limit);
        var run = await Cli.Wrap("dotnet")
            .WithArguments(["exec", program, "--operation", "publish", "--step", "publish", "--output-path", folder, .. arguments])
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(limit.Token);
        return new(run.ExitCode, run.StandardOutput + run.StandardError, Path.Combine(folder, "cdk.out"));
    }
}
