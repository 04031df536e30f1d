using NodaTime;
using NodaTime.Text;

namespace Opportunities.Api.Transfer;

/// <summary>Days and local times of one time zone, read as the times in UTC that they are.</summary>
internal sealed record LocalTimes(DateFormat Format, DateTimeZone Zone)
{
    /// <param name="time">The time as in RFC 3339, in UTC.</param>
    public string? Read(string cell, out string time)
    {
        time = "";
        var parsed = Format.Pattern.Parse(cell);
        if (!parsed.Success) return $"must be a time that there is, as date_format says: {Format.Text}.";
        var local = parsed.Value;
        Instant instant;
        // A year that is refused anyway is not moved: that could lead out of the years that there are.
        if (local.Year < OpportunityLimits.FirstYear - 1 || local.Year > OpportunityLimits.LastYear + 1)
        {
            instant = local.InUtc().ToInstant();
        }
        else if (Format.HasTime)
        {
            var there = Zone.MapLocal(local);
            if (there.Count == 0) return $"does not exist in {Zone.Id}: the clock was put forward over it.";
            if (there.Count > 1)
                return $"is two times in {Zone.Id}: the clock was put back over it. Write it with an offset, without date_format.";
            instant = there.Single().ToInstant();
        }
        else
        {
            // Midnight, or the first moment after it where the clock is put forward over midnight; of two midnights the first.
            try
            {
                instant = Zone.AtStartOfDay(local.Date).ToInstant();
            }
            catch (SkippedTimeException)
            {
                return $"is a day that {Zone.Id} left out.";
            }
        }

        time = InstantPattern.ExtendedIso.Format(instant);
        return null;
    }
}
