namespace Opportunities.Api.Input;

/// <summary>The subject of a token: text of which every character can be seen. No directory is asked whether there is one.</summary>
/// <param name="takesMe">Whether <c>me</c> stands for the caller. Elsewhere it is refused: it would be no name to filter by.</param>
internal sealed class SubjectMember(string name, bool takesMe = false) : StringMember<string>(
    name, OpportunityLimits.Owner,
    description: "The subject of a token, of which every character can be seen. Trimmed, in normalization form C.")
{
    public const string Me = "me";

    private readonly TextMember _text = new(name, 1, OpportunityLimits.Owner);

    public override string? Parse(string text, out string value)
    {
        if (_text.Parse(text, out value) is { } error) return error;
        if (value.EnumerateRunes().Any(static rune => rune.Value != ' ' && TextMember.IsInvisible(rune)))
            return "must not contain a character that cannot be seen.";
        return value == Me && !takesMe ? "must be a subject: me stands for the caller in filters alone." : null;
    }
}
