using System.Text.Unicode;
using CsvHelper;

namespace Opportunities.Api.Transfer;

/// <summary>A file that is text, and what stands between its cells.</summary>
/// <param name="Bytes">What follows a first line <c>sep=;</c>, where there is one.</param>
/// <param name="Before">How many lines were before the bytes.</param>
internal sealed record ImportLines(ReadOnlyMemory<byte> Bytes, char Separator, int Before)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Looks at a file; null, with an error, where it cannot be read.</summary>
    public static ImportLines? Of(ReadOnlyMemory<byte> bytes, ImportFormat format, ImportErrors errors)
    {
        var file = bytes.Span;
        if (FirstWrong(file) is { } wrong)
        {
            errors.Add($"must be UTF-8; line {LineOf(file, wrong)} has a byte that is not{(IsUtf16(file) ? ": the file is UTF-16" : "")}.");
            return null;
        }

        if (file.IndexOf((byte)0) is >= 0 and var nul)
        {
            errors.Add($"must not contain NUL; line {LineOf(file, nul)} has one.");
            return null;
        }

        var text = file.StartsWith(Encoding.UTF8.Preamble) ? file[Encoding.UTF8.Preamble.Length..] : file;
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        var first = end < 0 ? text : text[..end];
        // Some programs put the line in quotes.
        if (first.Length >= 2 && first[0] == '"' && first[^1] == '"') first = first[1..^1];
        if (first.Length is < 4 or > 5 || !Ascii.EqualsIgnoreCase(first[..4], "sep="u8))
            return new(bytes, format.Separator ?? CsvSeparator.Default, 0);
        if (first.Length < 5 || CsvSeparator.NameOf((char)first[4]) is not { } name)
        {
            errors.Add(1, "must say that a comma, a semicolon or a tab is between the cells: sep=;");
            return null;
        }

        if (format.Separator is { } asked && asked != first[4])
        {
            errors.Add(
                1, $"says that {CsvSeparator.Show((char)first[4])} is between the cells, and the parameter separator that "
                + $"{CsvSeparator.Show(asked)} is: send separator={name} or none.");
            return null;
        }

        var rest = end < 0 ? text.Length : text[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1;
        return new(bytes[(file.Length - text.Length + rest)..], (char)first[4], 1);
    }

    /// <summary>Says which separator a first line has whose columns are known with another one only.</summary>
    /// <param name="header">The line as it stands in the file.</param>
    /// <param name="isKnown">Whether a column has such a name.</param>
    /// <param name="known">How many are known as the line was read.</param>
    public string? FindSeparator(ReadOnlySpan<byte> header, Predicate<string> isKnown, int known)
    {
        var line = header.ToArray();
        foreach (var other in ",;\t|".Where(other => other != Separator))
        {
            using var csv = CsvReader.Create(line, new CsvReaderOptions { Separator = other, HasHeader = false });
            if (!csv.Read()) continue;
            var names = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString);
            if (names.Count(name => isKnown(name)) <= Math.Max(known, 1)) continue;
            var way = Before > 0 ? "the line sep= must say so"
                : CsvSeparator.NameOf(other) is { } name ? $"send the parameter separator={name}"
                : "save the file with a comma, a semicolon or a tab between the cells, which the parameter separator knows";
            var (found, expected) = (CsvSeparator.Show(other), CsvSeparator.Show(Separator));
            return $"has columns that are separated by {found} where {expected} was expected: {way}.";
        }

        return null;
    }

    private static int? FirstWrong(ReadOnlySpan<byte> file)
    {
        if (Utf8.IsValid(file)) return null;
        try
        {
            _strict.GetCharCount(file);
            return null;
        }
        catch (DecoderFallbackException exception)
        {
            return exception.Index;
        }
    }

    private static bool IsUtf16(ReadOnlySpan<byte> file) =>
        file.StartsWith(Encoding.Unicode.Preamble) || file.StartsWith(Encoding.BigEndianUnicode.Preamble);

    /// <summary>The line of a byte; each way to end a line counts once.</summary>
    private static int LineOf(ReadOnlySpan<byte> file, int index)
    {
        var before = file[..index];
        return 1 + before.Count((byte)'\n') + before.Count((byte)'\r') - before.Count("\r\n"u8);
    }
}
