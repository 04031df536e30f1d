namespace Opportunities.Data;

/// <summary>Who changes something, when, and why.</summary>
/// <param name="By">The subject of the caller's token.</param>
/// <param name="At">The time, UTC, in whole microseconds (what PostgreSQL stores).</param>
/// <param name="Reason">Why, where it was said.</param>
public sealed record ChangeContext(string By, DateTime At, string? Reason = null)
{
    /// <summary>A context of this moment.</summary>
    public static ChangeContext Now(string by, TimeProvider time, string? reason = null) => new(by, Microseconds.Now(time), reason);
}
