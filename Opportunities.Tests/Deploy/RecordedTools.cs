using System.Diagnostics;
using System.Reflection;
using Opportunities.LocalServers;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Deploy;

/// <summary>Runs a script of <c>deploy/</c> with recorders in place of the tools that reach AWS, and says what they were called with.</summary>
internal sealed class RecordedTools : IDisposable
{
    /// <summary>What a script reads from its environment: that of the test run is none of its business.</summary>
    private static readonly string[] _fromOutside = ["VERSION", "AWS_ACCOUNT_ID", "AWS_REGION", "API_URL", "OPPORTUNITIES_ENVIRONMENT"];

    private readonly TestDirectory _directory = new();
    private readonly List<string> _answers = [];

    /// <param name="tools">The tools that are recorded; every other one is this machine's.</param>
    public RecordedTools(params string[] tools)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("recorder.sh")!;
        using var reader = new StreamReader(stream);
        var recorder = reader.ReadToEnd();
        foreach (var tool in tools)
        {
            File.WriteAllText(_directory[tool], recorder);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_directory[tool], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What was called, in order.</summary>
    public IReadOnlyList<string> Calls => File.Exists(_directory["calls"]) ? File.ReadAllLines(_directory["calls"]) : [];

    /// <summary>Has calls that fit a pattern (as of a shell) answered so. The last one added is looked at first.</summary>
    public RecordedTools Answer(string pattern, string output, int exitCode = 0)
    {
        _answers.Insert(0, $"{pattern}\t{exitCode}\t{output}");
        return this;
    }

    /// <summary>Runs a script to its end.</summary>
    public async Task<ScriptRun> RunAsync(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        await File.WriteAllLinesAsync(_directory["answers"], _answers);
        // A script of this repository, or a program of this machine.
        var start = new ProcessStartInfo(script.Contains('/', StringComparison.Ordinal) ? RepositoryRoot.Combine(script) : script, arguments)
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_directory.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["CALLS"] = _directory["calls"];
        start.Environment["ANSWERS"] = _directory["answers"];
        foreach (var name in _fromOutside)
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ScriptRun(process.ExitCode, await output, await error);
    }

    public void Dispose() => _directory.Dispose();
}

/// <summary>How a script ended, and what it said.</summary>
internal sealed record ScriptRun(int ExitCode, string Output, string Error);
