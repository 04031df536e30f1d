using System.Diagnostics;
using System.Globalization;

namespace Opportunities.LocalHost;

/// <summary>Tells what is done with the parts of a system, and how long it took.</summary>
internal sealed class StepReport(Action<string, string>? write)
{
    /// <summary>Says something about a part.</summary>
    public void Say(string name, string sentence) => write?.Invoke(name, sentence);

    /// <summary>Says that a part does not listen where it usually does, when that is so.</summary>
    public void SayPort(string name, ListenPort wanted, int port)
    {
        if (wanted.Number is { } number && number != port)
            Say(name, $"port {number} is taken by another program: {port} instead");
    }

    /// <summary>Does something, and says its result with the time it took; a failure is for the caller to tell.</summary>
    public async Task RunAsync(string name, Func<Task<string>> step)
    {
        var elapsed = Stopwatch.StartNew();
        var result = await step();
        Say(name, string.Create(CultureInfo.InvariantCulture, $"{result} ({elapsed.Elapsed.TotalSeconds:0.0} s)"));
    }
}
