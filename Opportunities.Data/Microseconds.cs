namespace Opportunities.Data;

/// <summary>Times as PostgreSQL stores them, and as the API takes and answers them: in whole microseconds.</summary>
public static class Microseconds
{
    public static DateTime Now(TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
