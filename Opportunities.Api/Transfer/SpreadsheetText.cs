using System.Buffers;

namespace Opportunities.Api.Transfer;

/// <summary>
/// Keeps a spreadsheet from running a text as a formula: an apostrophe before it makes it text there. What reads the file back
/// takes the apostrophe off again; a text that had one before such a character gets another, so that every text comes back as it was.
/// </summary>
internal static class SpreadsheetText
{
    private const char Mark = '\'';

    /// <summary>What a formula starts with, the full-width forms that some spreadsheets take for it among them.</summary>
    private static readonly SearchValues<char> _starts = SearchValues.Create("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20");

    public static string Protect(string text) => IsMarkable(text) ? Mark + text : text;

    /// <summary>The text that a file for spreadsheets has in this form.</summary>
    public static string Unprotect(string text) => text.StartsWith(Mark) && IsMarkable(text) ? text[1..] : text;

    /// <summary>Whether the text is a formula's start after any number of apostrophes.</summary>
    private static bool IsMarkable(string text)
    {
        var start = text.AsSpan().TrimStart(Mark);
        return start.Length > 0 && _starts.Contains(start[0]);
    }
}
