using System.Globalization;

namespace Opportunities.Bench;

/// <summary>What PostgreSQL's processes use of the processors, all together. Linux only (it reads /proc).</summary>
internal sealed class DatabaseMeter(int processId)
{
    private readonly Dictionary<int, long> _before = Nanoseconds(processId);

    /// <summary>Seconds of a processor since the start. What a process took that has ended meanwhile is missing.</summary>
    public double CpuSeconds => Nanoseconds(processId).Sum(now => now.Value - _before.GetValueOrDefault(now.Key)) / 1e9;

    private static Dictionary<int, long> Nanoseconds(int processId)
    {
        var children = File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));
        var used = new Dictionary<int, long>();
        foreach (var id in children.Append(processId))
        {
            try
            {
                var schedule = File.ReadAllText($"/proc/{id}/schedstat");
                used[id] = long.Parse(schedule.AsSpan(0, schedule.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return used;
    }
}
