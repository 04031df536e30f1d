namespace Opportunities.Api.Input;

/// <summary>Text of others in a message: what cannot be seen in it is shown as its code point, such as <c>U+00A0</c>.</summary>
internal static class VisibleText
{
    /// <summary>How much of a text is repeated where only a beginning can be of use.</summary>
    private const int MaxLength = 50;

    public static string Shorten(string text, int length = MaxLength)
    {
        if (text.Length <= length) return text;
        // No half of a letter.
        return $"{text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]}…";
    }

    /// <summary>A name: a blank inside it is seen, and one at either end is not.</summary>
    public static string ShowName(string name)
    {
        var inside = name.AsSpan().Trim(' ');
        if (inside.Length == name.Length) return Show(name);
        return inside.IsEmpty ? Codes(name.Length) : Codes(name.IndexOf(inside[0], StringComparison.Ordinal)) + Show(inside.ToString())
            + Codes(name.Length - name.IndexOf(inside[0], StringComparison.Ordinal) - inside.Length);

        static string Codes(int blanks) => string.Concat(Enumerable.Repeat("U+0020", blanks));
    }

    /// <summary>A value: blanks, tabs and line ends stay as they are.</summary>
    public static string Show(string text)
    {
        if (text.EnumerateRunes().All(IsSeen)) return text;
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSeen(rune)) shown.Append(rune.ToString());
            else shown.Append(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
        }

        return shown.ToString();
    }

    /// <summary>What is left of a name without what cannot be seen, blanks at its ends included.</summary>
    public static string Strip(string name)
    {
        var seen = name.EnumerateRunes().Where(rune => rune.Value == ' ' || !TextMember.IsInvisible(rune));
        return string.Concat(seen.Select(rune => rune.ToString())).Trim();
    }

    private static bool IsSeen(Rune rune) =>
        rune.Value is ' ' or '\t' or '\r' or '\n'
        || !(TextMember.IsInvisible(rune) || Rune.IsControl(rune) || TextMember.IsNoncharacter(rune));
}
