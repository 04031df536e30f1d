using System.Reflection;

namespace Opportunities.SystemTests.Deploy;

/// <summary>Recorders in place of the tools that reach AWS: what they answer is given, and what they were called with is said.</summary>
internal sealed class RecordedTools : ScriptSandbox
{
    private readonly List<string> _answers = [];

    /// <param name="tools">The tools that are recorded.</param>
    public RecordedTools(params string[] tools)
        : base(Program("recorder.sh"), tools)
    {
    }

    /// <summary>What was called, in order.</summary>
    public IReadOnlyList<string> Calls => File.Exists(this["calls"]) ? File.ReadAllLines(this["calls"]) : [];

    protected override IEnumerable<(string Name, string Value)> Variables => [("CALLS", this["calls"]), ("ANSWERS", this["answers"])];

    /// <summary>
    /// Has calls that fit a pattern (as of a shell) answered so, each of them always or a few times. The last one added is looked at first.
    /// </summary>
    public RecordedTools Answer(string pattern, string output, int exitCode = 0, int times = int.MaxValue)
    {
        _answers.Insert(0, $"{pattern}\t{exitCode}\t{times}\t{output}");
        return this;
    }

    /// <summary>A program that stands in for a tool.</summary>
    internal static string Program(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    protected override void Prepare() => File.WriteAllLines(this["answers"], _answers);
}
