using NodaTime;
using Opportunities.Api.Input;

namespace Opportunities.Api.Transfer;

/// <summary>A time zone by its name in the IANA database, exactly as written there.</summary>
internal sealed class TimeZoneMember(string name)
    : StringMember<DateTimeZone>(name, 64, examples: ["Europe/Berlin", "America/New_York", "UTC"])
{
    private static readonly HashSet<string> _names = new(DateTimeZoneProviders.Tzdb.Ids, StringComparer.Ordinal);

    public override string? Parse(string text, out DateTimeZone value)
    {
        value = null!;
        // The provider itself would also take an offset such as UTC+3 for a name.
        if (!_names.Contains(text)) return "must be a name of the IANA time zone database, such as Europe/Berlin, in its exact spelling.";
        value = DateTimeZoneProviders.Tzdb[text];
        return null;
    }
}
