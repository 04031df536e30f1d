using NodaTime.Text;
using Opportunities.Api.Input;

namespace Opportunities.Api.Transfer;

/// <summary>How a file writes days, or local times.</summary>
/// <param name="Pattern">The same for the parser.</param>
internal sealed record DateFormat(string Text, LocalDateTimePattern Pattern, bool HasTime);

/// <summary>The format of days in Unicode's letters (UTS #35): a day, a month and a year in four digits in a usual order.</summary>
internal sealed partial class DateFormatMember(string name)
    : StringMember<DateFormat>(name, MaxLength, examples: ["dd.MM.yyyy", "M/d/yyyy", "yyyy-MM-dd HH:mm"])
{
    private const int MaxLength = 32;
    private const string Order =
        @"^(?:(?:dd?(?<s>[./ -]|[.] )MM?\k<s>yyyy|MM?(?<s>[./ -])dd?\k<s>yyyy|yyyy(?<s>[./ -]|[.] )MM?\k<s>dd?)[.]?|yyyyMMdd)"
        + @"(?<time>(?:,? |T)HH?:mm(?::ss)?)?\z";

    public override string? Parse(string text, out DateFormat value)
    {
        value = null!;
        if (text.Length > MaxLength || Known().Match(text) is not { Success: true } match)
            return "must be a format of days or local times such as dd.MM.yyyy, M/d/yyyy, yyyy-MM-dd or dd.MM.yyyy HH:mm.";
        var pattern = LocalDateTimePattern.CreateWithInvariantCulture(text.Replace("T", "'T'", StringComparison.Ordinal));
        value = new DateFormat(text, pattern, match.Groups["time"].Success);
        return null;
    }

    [GeneratedRegex(Order, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Known();
}
