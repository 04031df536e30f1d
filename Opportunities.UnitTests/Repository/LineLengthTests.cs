using System.Text.RegularExpressions;

namespace Opportunities.UnitTests.Repository;

/// <summary>
/// A line of code has at most 140 characters, as .editorconfig says, which no tool of the build looks at. Longer may be what cannot be
/// broken: the content of a raw string literal, and a word.
/// </summary>
public sealed partial class LineLengthTests
{
    internal const int Longest = 140;

    private static readonly string _words = string.Concat(Enumerable.Repeat("word ", Longest / 5));

    [Fact]
    public void No_line_is_longer_than_140_characters() =>
        Assert.Empty(Sources.Find(TooLong));

    [Theory]
    [InlineData("x = @;")]
    [InlineData("x = \"@\";")]
    [InlineData("x = \"\"\"a\"\"\"; // @")]
    [InlineData("x = \"\"\"\na\n\"\"\"; // @")]
    public void Words_can_be_broken(string line) => Assert.Single(TooLong(line.Replace("@", _words, StringComparison.Ordinal)));

    [Theory]
    [InlineData("x = \"\"\"\n@\n\"\"\";")]
    [InlineData("x = \"\"\"\"\n@\n    \"\"\"\n@\n\"\"\"\";")]
    [InlineData("\"\"\"@\"\"\",")]
    public void The_content_of_a_raw_string_literal_cannot(string line) =>
        Assert.Empty(TooLong(line.Replace("@", _words, StringComparison.Ordinal)));

    [Fact]
    public void A_word_cannot() => Assert.Empty(TooLong($"// https://example.com/{new string('a', Longest)}"));

    /// <summary>The numbers of the lines that are longer than they have to be.</summary>
    private static IEnumerable<int> TooLong(string text)
    {
        var number = 0;
        var raw = "";
        foreach (var line in Sources.LinesOf(text))
        {
            number++;
            if (raw.Length > 0 && !line.TrimStart().StartsWith(raw, StringComparison.Ordinal)) continue;
            if (line.Length > Longest && !HasWordTooLong(line)) yield return number;
            raw = RawBegins().Match(line).Value;
        }
    }

    private static bool HasWordTooLong(string line) =>
        Words().Matches(line) is var words && words[0].Index + words.Max(word => word.Length) > Longest;

    /// <summary>The quotes at the end of the line on which a raw string literal of several lines begins.</summary>
    [GeneratedRegex("\"{3,}$")]
    private static partial Regex RawBegins();

    [GeneratedRegex("\\$*\"{3,}.+?\"{3,}\\S*|\\S+")]
    private static partial Regex Words();
}
