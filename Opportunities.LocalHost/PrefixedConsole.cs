using Opportunities.ServiceDefaults;

namespace Opportunities.LocalHost;

/// <summary>One log of many processes: every line begins with the name of its resource, in that resource's colour.</summary>
internal sealed class PrefixedConsole(TextWriter writer, bool hasColour)
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";

    private static readonly Dictionary<string, string> _colours = new()
    {
        [ResourceNames.Postgres] = "\e[34m",
        [ResourceNames.Cache] = "\e[31m",
        [ResourceNames.Migrations] = "\e[33m",
        [ResourceNames.Identity] = "\e[35m",
        [ResourceNames.Api] = "\e[32m",
        [LocalSystem.DashboardName] = "\e[36m",
    };

    private static readonly int _width = _colours.Keys.Max(name => name.Length);

    private readonly Lock _lock = new();

    /// <summary>Whether anybody sees the colours (<see href="https://no-color.org"/>).</summary>
    public static bool TerminalHasColour =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether lines are coloured.</summary>
    public bool HasColour { get; } = hasColour;

    /// <summary>A line that a resource wrote.</summary>
    public void WriteOutput(string resource, string line) => Write($"{Prefix(resource)} | {line}");

    /// <summary>Something that was done with a resource.</summary>
    public void WriteProgress(string resource, string sentence) =>
        Write($"{Prefix(resource)} {(HasColour ? $"{Bold}> {sentence}{Reset}" : $"> {sentence}")}");

    /// <summary>Lines that are about the whole.</summary>
    public void Write(string text)
    {
        lock (_lock)
            writer.WriteLine(text);
    }

    private string Prefix(string resource)
    {
        var padded = resource.PadRight(_width);
        return HasColour && _colours.TryGetValue(resource, out var colour) ? $"{colour}{padded}{Reset}" : padded;
    }
}
