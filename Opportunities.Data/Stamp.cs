namespace Opportunities.Data;

/// <summary>Who changes something, when, and why.</summary>
/// <param name="By">The subject of the caller's token.</param>
/// <param name="At">The time, UTC, in whole microseconds (what PostgreSQL stores).</param>
/// <param name="Reason">Why, where it was said.</param>
public sealed record Stamp(string By, DateTime At, string? Reason = null)
{
    /// <summary>A stamp of this moment.</summary>
    /// <param name="by">The subject of the caller's token.</param>
    /// <param name="time">The clock.</param>
    /// <param name="reason">Why, where it was said.</param>
    /// <returns>The stamp.</returns>
    public static Stamp Now(string by, TimeProvider time, string? reason = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new Stamp(by, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)), reason);
    }
}
