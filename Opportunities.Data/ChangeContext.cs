namespace Opportunities.Data;

/// <summary>Who changes something, when, and why.</summary>
/// <param name="At">The time, UTC, in whole microseconds (what PostgreSQL stores).</param>
public sealed record ChangeContext(string By, DateTime At, string? Reason = null)
{
    public static ChangeContext Now(string by, TimeProvider time, string? reason = null) => new(by, Microseconds.Now(time), reason);
}
