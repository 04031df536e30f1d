using System.Diagnostics;

namespace Opportunities.Bench;

/// <summary>Says what is going on, with the time since the start.</summary>
internal static class Progress
{
    private static readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public static void Say(params FormattableString[] parts) =>
        Console.WriteLine($"{_elapsed.Elapsed:hh\\:mm\\:ss}  {string.Concat(parts.Select(FormattableString.Invariant))}");
}
