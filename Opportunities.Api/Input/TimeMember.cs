namespace Opportunities.Api.Input;

/// <summary>A time as in RFC 3339, with an offset and at most six fraction digits (what PostgreSQL stores); taken as UTC.</summary>
internal sealed partial class TimeMember(string name) : StringMember<DateTime>(name, MaxLength, minLength: null, format: "date-time")
{
    public const int MaxLength = 32;

    private static readonly DateTime _first = new(OpportunityLimits.FirstYear, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime _end = new(OpportunityLimits.LastYear + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override string? Parse(string text, out DateTime value)
    {
        value = default;
        if (text.Length > MaxLength || Rfc3339().Match(text) is not { Success: true } match
            || !DateTime.TryParseExact(
                match.Groups["local"].Value.ToUpperInvariant(), "yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var local))
        {
            return "must be an RFC 3339 time with an offset and at most six fraction digits, such as 2023-01-01T00:00:00Z.";
        }

        var offset = Offset(match);
        // Compared before it is moved, which could lead out of the years that there are.
        if (local < _first + offset || local >= _end + offset)
            return $"must lie in the years {OpportunityLimits.FirstYear} to {OpportunityLimits.LastYear}.";
        value = local - offset;
        return null;
    }

    private static TimeSpan Offset(Match match)
    {
        if (!match.Groups["sign"].Success) return TimeSpan.Zero;
        var offset = new TimeSpan(Number("hours"), Number("minutes"), 0);
        return match.Groups["sign"].ValueSpan is "-" ? -offset : offset;

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    // Digits of other scripts are digits to \d, and what comes before a last line feed is the end to $.
    [GeneratedRegex(
        @"^(?<local>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?)"
        + @"([Zz]|(?<sign>[+-])(?<hours>[01][0-9]|2[0-3]):(?<minutes>[0-5][0-9]))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();
}
