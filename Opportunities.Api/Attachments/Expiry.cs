namespace Opportunities.Api.Attachments;

internal static class Expiry
{
    /// <summary>The time that a URL made now works until, in whole seconds, as S3 signs it.</summary>
    public static DateTime After(TimeSpan lifetime, TimeProvider time)
    {
        var end = time.GetUtcNow().UtcDateTime + lifetime;
        return end.AddTicks(-(end.Ticks % TimeSpan.TicksPerSecond));
    }
}
