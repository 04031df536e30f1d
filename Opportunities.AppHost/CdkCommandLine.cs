namespace Opportunities.AppHost;

/// <summary>Prepares this process for the CDK, whose command line <c>aspire deploy</c> starts as <c>cdk deploy --app .</c>.</summary>
internal static class CdkCommandLine
{
    /// <summary>Sets what the CDK and its command line read from the environment.</summary>
    /// <param name="appHostDirectory">The AppHost's directory, in the repository.</param>
    public static void Prepare(string appHostDirectory)
    {
        // There are two stacks, and the command that Aspire starts names none of them; this is `--all`.
        Environment.SetEnvironmentVariable("CDK_ALL", "true");
        Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");

        // The version in package.json before whatever else is installed.
        var pinned = Path.GetFullPath(Path.Combine(appHostDirectory, "..", "node_modules", ".bin"));
        if (Directory.Exists(pinned))
            Environment.SetEnvironmentVariable("PATH", pinned + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
    }
}
