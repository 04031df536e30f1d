using System.Diagnostics;
using System.Globalization;

namespace Opportunities.Bench;

/// <summary>Says what is going on, with the time since the start.</summary>
internal static class Progress
{
    private static readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public static void Say(FormattableString text) =>
        Console.WriteLine($"{_elapsed.Elapsed:hh\\:mm\\:ss}  {text.ToString(CultureInfo.InvariantCulture)}");
}
