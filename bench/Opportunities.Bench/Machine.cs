using System.Runtime.InteropServices;

namespace Opportunities.Bench;

/// <summary>Where a run was made.</summary>
/// <param name="Processor">Its model.</param>
/// <param name="Processors">How many of them.</param>
/// <param name="MemoryGiB">Memory.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">.NET.</param>
internal sealed record Machine(string Processor, int Processors, double MemoryGiB, string System, string Runtime)
{
    public static Machine Describe() => new(
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1].Trim()
            ?? "unknown",
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);
}
