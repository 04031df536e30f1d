using System.Buffers;

namespace Opportunities.Api.Input;

/// <summary>
/// Text for people: trimmed, in Unicode normalization form C, with something in it that can be seen, without control characters other
/// than tab and line ends, its length counted in code points.
/// </summary>
internal sealed class TextMember(string name, int min, int max) : StringMember<string>(
    name, max, min,
    "Trimmed, in normalization form C, its length counted in code points after that. With something in it that can be seen, without "
    + $"control characters other than tab, line feed and carriage return, and with at most {MaxMarks} combining marks in a row.")
{
    /// <summary>A letter has a handful. To bring them into their order takes a time that grows with the square of their number.</summary>
    private const int MaxMarks = 100;

    public override string? Parse(string text, out string value)
    {
        value = text;
        if (Find(text) is { } error) return error;
        value = text.Trim().Normalize();
        if (value.EnumerateRunes().All(IsInvisible)) return "must not be blank.";
        var length = Length(value);
        return length < min || length > Longest ? $"must have {min} to {Longest} characters, not {length}." : null;
    }

    /// <summary>What is wrong with the text wherever it stands in it.</summary>
    private static string? Find(string text)
    {
        var marks = 0;
        for (var index = 0; index < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var length) != OperationStatus.Done || IsNoncharacter(rune))
                return "must be valid Unicode text.";
            if (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r'))
                return "must not contain control characters other than tab, line feed and carriage return.";
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks > MaxMarks) return $"must not have more than {MaxMarks} combining marks in a row.";
            index += length;
        }

        return null;
    }

    private static int Length(string text) => text.Length - text.Count(char.IsLowSurrogate);

    /// <summary>The 66 code points that Unicode keeps for a program's own use. One of them, U+FFFE, cannot be normalized.</summary>
    public static bool IsNoncharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;

    private static bool IsMark(Rune rune) => !rune.IsAscii
        && Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Whether nothing is drawn for it: white space, what only steers its neighbours, what is drawn as nothing.</summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || IsDefaultIgnorable(rune) || IsEmpty(rune);

    /// <summary>
    /// Of Unicode's Default_Ignorable_Code_Point what has another category than format: its properties Other_Default_Ignorable_Code_Point,
    /// with what it keeps for characters to come, and Variation_Selector. .NET knows neither.
    /// </summary>
    private static bool IsDefaultIgnorable(Rune rune) => rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8)
        or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>
    /// Letters, marks and symbols whose glyph is empty, which no property tells: the blank Braille pattern, the blanks of hieroglyphs, the
    /// filler of the Khitan script, the note without a head.
    /// </summary>
    private static bool IsEmpty(Rune rune) => rune.Value is 0x2800 or 0x13441 or 0x13442 or 0x16FE4 or 0x1D159;
}
