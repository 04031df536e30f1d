namespace Opportunities.Api.Input;

/// <summary>A time as in RFC 3339, with an offset and at most six fraction digits (what PostgreSQL stores); taken as UTC.</summary>
internal sealed partial class TimeMember(string name) : StringMember<DateTime>(name, MaxLength, minLength: null, format: "date-time")
{
    public const int MaxLength = 32;

    private const string Malformed =
        "must be an RFC 3339 time with an offset and at most six fraction digits, such as 2023-01-01T00:00:00Z.";

    private static readonly DateTime _first = new(OpportunityLimits.FirstYear, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime _end = new(OpportunityLimits.LastYear + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override string? Parse(string text, out DateTime value)
    {
        value = default;
        if (text.Length > MaxLength || !Rfc3339().IsMatch(text)) return Malformed;
        var offsetLength = text[^1] is 'Z' or 'z' ? 1 : 6;
        Span<char> written = stackalloc char[MaxLength];
        written = written[..text.AsSpan(..^offsetLength).ToUpperInvariant(written)];
        if (!DateTime.TryParseExact(
            written, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var local))
        {
            return Malformed;
        }

        var offset = Offset(text.AsSpan(^offsetLength..));
        // Compared before it is moved, which could lead out of the years that there are.
        if (local < _first + offset || local >= _end + offset)
            return $"must lie in the years {OpportunityLimits.FirstYear} to {OpportunityLimits.LastYear}.";
        value = local - offset;
        return null;
    }

    private static TimeSpan Offset(ReadOnlySpan<char> text)
    {
        if (text.Length == 1) return TimeSpan.Zero;
        var offset = TimeSpan.ParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture);
        return text[0] is '-' ? -offset : offset;
    }

    // Digits of other scripts are digits to \d, and what comes before a last line feed is the end to $.
    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();
}
