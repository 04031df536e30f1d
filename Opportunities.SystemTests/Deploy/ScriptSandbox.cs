using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Deploy;

/// <summary>
/// A copy of the repository's scripts, with settings that are filled in, and with a program of the test's in place of each tool that
/// reaches AWS: what a script is run in.
/// </summary>
internal abstract class ScriptSandbox : IDisposable
{
    public const string Account = "123456789012";
    public const string Service = "opportunity-management-service";
    public const string Registry = $"{Account}.dkr.ecr.us-east-1.amazonaws.com/{Service}";

    /// <summary>The folder that the deployment document goes to first.</summary>
    public const string InfrastructureFolder = "opportunity-management-service-infra";

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>What a script reads from its environment: that of the test run is none of its business.</summary>
    private static readonly string[] _fromOutside =
        [
            "VERSION", "IMAGE_ARCHIVE", "AWS_ACCOUNT_ID", "AWS_REGION", "AWS_DEFAULT_REGION", "CDK_DEFAULT_ACCOUNT",
            "OPPORTUNITIES_ENVIRONMENT",
        ];

    private readonly TestDirectory _directory = new();

    /// <param name="program">What stands in for a tool.</param>
    /// <param name="tools">The tools that are replaced; every other one is this machine's.</param>
    protected ScriptSandbox(string program, params string[] tools)
    {
        Directory.CreateDirectory(_directory["tools"]);
        foreach (var tool in tools)
        {
            var path = Path.Combine(_directory["tools"], tool);
            File.WriteAllText(path, program);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        foreach (var folder in new[] { "deploy", "opportunity_management_service" })
            Copy(RepositoryRoot.Combine(folder), Path.Combine(Root, folder));
        Directory.CreateSymbolicLink(
            Path.Combine(Root, InfrastructureFolder), new DirectoryInfo(RepositoryRoot.Combine(InfrastructureFolder)).LinkTarget!);
        foreach (var environment in new[] { "dev", "staging", "prod" }) Set(environment);
        Git("init", "--quiet", "--initial-branch", "main");
        Git("add", "--all");
        Git("commit", "--quiet", "--message", "What is deployed");
    }

    /// <summary>The root of the copy.</summary>
    public string Root => _directory["repository"];

    protected string this[string name] => _directory[name];

    /// <summary>Writes the settings of an environment: what is given, instead of what is usual here.</summary>
    public void Set(string environment, params (string Key, object Value)[] others)
    {
        var settings = new Dictionary<string, object>
        {
            ["account"] = Account,
            ["region"] = "us-east-1",
            ["apiDomain"] = $"{(environment == "prod" ? "" : environment + "-")}api.example.com",
            ["architecture"] = "X86_64",
            ["gitHubRepository"] = "example/opportunities",
            ["protected"] = true,
        };
        foreach (var (key, value) in others) settings[key] = value;
        var path = Path.Combine(Root, "Opportunities.Infrastructure/environments");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, $"{environment}.json"), JsonSerializer.Serialize(settings, _indented));
    }

    /// <summary>Runs git in the copy.</summary>
    public void Git(params string[] arguments) => new GitRepository(Root).Run(arguments);

    /// <summary>Runs a script of the copy, or a program of this machine, to its end.</summary>
    public async Task<ScriptRun> RunAsync(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        Prepare();
        var variables = _fromOutside.ToDictionary(name => name, string? (_) => null);
        variables["PATH"] = $"{_directory["tools"]}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var (name, value) in Variables.Concat(environment)) variables[name] = value;
        return await ScriptRun.OfAsync(Cli
            .Wrap(script.Contains('/', StringComparison.Ordinal) && !Path.IsPathRooted(script) ? Path.Combine(Root, script) : script)
            .WithArguments(arguments)
            .WithWorkingDirectory(Root)
            .WithEnvironmentVariables(variables));
    }

    public virtual void Dispose() => _directory.Dispose();

    /// <summary>The variables that the stand-ins read.</summary>
    protected abstract IEnumerable<(string Name, string Value)> Variables { get; }

    /// <summary>What comes before each run.</summary>
    protected virtual void Prepare()
    {
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("__pycache__", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}

/// <summary>How a script ended, and what it said.</summary>
internal sealed record ScriptRun(int ExitCode, string Output, string Error)
{
    public static async Task<ScriptRun> OfAsync(Command script)
    {
        var run = await script.WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return new(run.ExitCode, run.StandardOutput, run.StandardError);
    }

    /// <summary>Asserts that it ended well.</summary>
    public ScriptRun Succeeded()
    {
        Assert.True(ExitCode == 0, Output + Error);
        return this;
    }

    /// <summary>Asserts that it did not, and said this.</summary>
    public ScriptRun Failed(string sentence)
    {
        Assert.NotEqual(0, ExitCode);
        Assert.Contains(sentence, Error, StringComparison.Ordinal);
        return this;
    }
}
