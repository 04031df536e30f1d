using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Opportunities.SystemTests.Contract;

/// <summary>The one form of each kind of value, as the contract has it: a text of another form must be refused.</summary>
internal static partial class Forms
{
    /// <summary>36 characters, in either case.</summary>
    [GeneratedRegex(@"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z")]
    public static partial Regex Id();

    /// <summary>A number in a query or a cell.</summary>
    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?\z")]
    public static partial Regex Number();

    /// <summary>A whole number in a query.</summary>
    [GeneratedRegex(@"^[0-9]+\z")]
    public static partial Regex Integer();

    /// <summary>RFC 3339 with an offset and at most six fraction digits.</summary>
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    public static partial Regex Time();

    /// <summary>A control character that no text may have.</summary>
    [GeneratedRegex(@"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")]
    public static partial Regex Control();

    /// <summary>
    /// What cannot be seen: white space, control and format characters, and what Unicode says may be ignored or is drawn as nothing.
    /// </summary>
    [GeneratedRegex(
        @"^(?:[\s\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8]|\ud80d[\udc41\udc42]|\ud81b\udfe4|\ud834\udd59|[\udb40-\udb43][\udc00-\udfff])*\z")]
    public static partial Regex Invisible();

    /// <summary>Whether a query is percent-encoded UTF-8.</summary>
    public static bool IsQuery(string query) => !BrokenEscape().IsMatch(query)
        && Utf8.IsValid(
            Encoding.Latin1.GetBytes(Escape().Replace(query, static escape => $"{(char)Convert.ToByte(escape.Value[1..], 16)}")));

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BrokenEscape();

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escape();

    /// <summary>Whether a parameter's value can be one, of which the document says that it has this schema.</summary>
    public static bool MayBeTaken(string? type, string? format, string text) => type switch
    {
        "integer" => Integer().IsMatch(text),
        "number" => Number().IsMatch(text),
        "boolean" => text is "true" or "false",
        "string" when format == "date-time" => Time().IsMatch(text),
        _ => !Invisible().IsMatch(text) && !Control().IsMatch(text),
    };
}
