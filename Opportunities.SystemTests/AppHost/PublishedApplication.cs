using System.Diagnostics;

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
    /// <param name="prepare">Changes the process before it is started.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<PublishedApplication> CreateAsync(string folder, Action<ProcessStartInfo> prepare, params string[] arguments)
    {
        var program = typeof(Projects.Opportunities_AppHost).Assembly.Location;
        var start = new ProcessStartInfo(
            "dotnet", ["exec", program, "--operation", "publish", "--step", "publish", "--output-path", folder, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var credentials in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(credentials);
        // Nobody's credentials are looked for, on this machine or around it.
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["HOME"] = start.Environment["USERPROFILE"] = folder;
        // Where the CDK unpacks its packages on Linux, which takes as long as all the rest: it has done so for the stacks to compare with.
        var packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/aws/jsii/package-cache");
        if (Directory.Exists(packages)) start.Environment["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = packages;
        prepare(start);

        using var limit = new CancellationTokenSource(_limit);
        using var process = Process.Start(start)!;
        try
        {
            var texts = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, string.Concat(texts), Path.Combine(folder, "cdk.out"));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
