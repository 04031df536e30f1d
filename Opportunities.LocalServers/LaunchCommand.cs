using CliWrap;
using CliWrap.Buffered;

namespace Opportunities.LocalServers;

/// <summary>A program to start: what a process, or an Aspire executable resource, is made of.</summary>
/// <param name="Executable">The full path of the program.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
public sealed record LaunchCommand(string Executable, params IReadOnlyList<string> Arguments)
{
    /// <summary>Where it runs; null for the caller's own directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What is added to the environment that it inherits; a null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The same program, started through another one that replaces itself by it (so that the process id stays).</summary>
    internal LaunchCommand Through(string executable, params IEnumerable<string> arguments) =>
        this with { Executable = executable, Arguments = [.. arguments, Executable, .. Arguments] };

    /// <summary>Runs it to its end; the output is both streams, one after the other.</summary>
    internal async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, string input = "")
    {
        var result = await Cli.Wrap(Executable)
            .WithArguments(Arguments)
            .WithWorkingDirectory(WorkingDirectory ?? "")
            .WithEnvironmentVariables(Environment)
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return (result.ExitCode, $"{result.StandardOutput}{result.StandardError}".Trim());
    }
}
