using Opportunities.Infrastructure;

// Which Node.js runs the CDK is the machine's choice; a banner about its age does not belong into every template's output.
Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
try
{
    switch (args)
    {
        case []:
            Commands.Synthesize();
            return 0;
        case ["check", var name]:
            Commands.Check(name);
            return 0;
        case ["fingerprint", "--write"]:
            Fingerprints.Write(Commands.ProjectDirectory(), Commands.FingerprintsOf([.. EnvironmentSettings.Names]));
            return 0;
        case ["fingerprint", .. var names]:
            foreach (var (stack, hash) in Commands.FingerprintsOf(names is [] ? [.. EnvironmentSettings.Names] : names))
                Console.WriteLine($"{stack} {hash}");
            return 0;
        default:
            await Console.Error.WriteLineAsync(
                "usage: Opportunities.Infrastructure [check ENV | fingerprint [ENV…] | fingerprint --write]; without arguments, the app of "
                + "the CDK");
            return 2;
    }
}
catch (SettingsException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

internal static class Commands
{
    /// <summary>What the CDK's command line asks for.</summary>
    public static void Synthesize()
    {
        var context = new Amazon.CDK.App();
        var settings = SettingsReader.Read(key => context.Node.TryGetContext(key)?.ToString());
        var deploying = DeploymentGuard.CanDeploy(Environment.GetEnvironmentVariable);
        DeploymentGuard.Check(settings, Environment.GetEnvironmentVariable, deploying);
        var synthesis = Synthesis.Of(settings);
        if (deploying) Fingerprints.Check(synthesis);
    }

    /// <summary>What a deployment would be refused for.</summary>
    public static void Check(string name)
    {
        var settings = SettingsReader.Of(name);
        DeploymentGuard.Check(settings, Environment.GetEnvironmentVariable, deploying: true);
        InTemporaryDirectory(directory => Fingerprints.Check(Synthesis.Of(settings, directory)));
    }

    public static SortedDictionary<string, string> FingerprintsOf(string[] names)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            InTemporaryDirectory(directory =>
            {
                foreach (var (stack, hash) in Fingerprints.Of(Synthesis.Of(SettingsReader.Of(name), directory))) all.Add(stack, hash);
            });
        }

        return all;
    }

    /// <summary>The project's directory, above that of the program.</summary>
    public static string ProjectDirectory()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Opportunities.Infrastructure.csproj")))
            directory = directory.Parent;
        return directory?.FullName
            ?? throw new SettingsException("The fingerprints are written into the source, and this program does not run from there.");
    }

    private static void InTemporaryDirectory(Action<string> act)
    {
        var directory = Directory.CreateTempSubdirectory("cdk-").FullName;
        try
        {
            act(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
