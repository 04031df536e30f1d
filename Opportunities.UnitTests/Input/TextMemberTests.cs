using System.Globalization;
using System.Text;
using CsCheck;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>Text: trimmed, in normalization form C, with something to see in it, and measured in code points.</summary>
public sealed class TextMemberTests
{
    private static readonly TextMember _title = new("title", 1, 200);
    private static readonly TextMember _problem = new("description", 100, 20_000);

    /// <summary>Each alone is a text with nothing to see.</summary>
    public static TheoryData<string> Blank =>
    [
        "", " ", "\t\r\n", "\u00a0", "\u1680", "\u2003", "\u2028\u2029", "\u3000", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160",
        "\u17b4", "\u17b5", "\u180b", "\u180e", "\u200b", "\u200c\u200d", "\u200e", "\u202e", "\u2060", "\u2063", "\u2800", "\u3164",
        "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\U0001d159", "\U0001d173",
        "\u2065", "\U00013441", "\U00013442", "\U000e0001", "\U000e0020", "\U000e0100", " \u200b \u3164\t",
    ];

    [Theory]
    [MemberData(nameof(Blank))]
    public void A_text_without_anything_to_see_is_blank(string text)
    {
        Assert.Equal("must not be blank.", _title.FromText(text).Error);
        Assert.Equal("must not be blank.", _title.FromJson(Spelling.Quoted(text)).Error);
    }

    /// <summary>Default_Ignorable_Code_Point, as DerivedCoreProperties of the Unicode Character Database gives it.</summary>
    private static readonly (int First, int Last)[] _defaultIgnorable =
    [
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>Letters, marks and symbols whose glyph is empty.</summary>
    private static readonly int[] _empty = [0x2800, 0x13441, 0x13442, 0x16FE4, 0x1D159];

    [Fact]
    public void Of_all_characters_those_are_blank_that_are_space_format_default_ignorable_or_drawn_as_nothing()
    {
        var wrong = Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value))
            .Where(rune => (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF && !Rune.IsControl(rune))
            .Where(rune => (_title.FromText(rune.ToString()).Error == "must not be blank.")
                != (Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || _empty.Contains(rune.Value)
                    || _defaultIgnorable.Any(range => rune.Value >= range.First && rune.Value <= range.Last)));
        Assert.Empty(wrong.Select(rune => $"U+{rune.Value:X4}"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\u200ba")]
    [InlineData("👩\u200d💻")]
    [InlineData("❤\ufe0f")]
    [InlineData("می\u200cخواهم")]
    [InlineData("字")]
    [InlineData("\u28ff")]
    [InlineData(".")]
    [InlineData("\u0301")]
    public void What_cannot_be_seen_is_kept_beside_what_can(string text) => Assert.Equal((null, text), _title.FromText(text));

    [Theory]
    [InlineData("  a  ", "a")]
    [InlineData("\u00a0\u3000a b\u2003", "a b")]
    [InlineData("\r\n\ta\r\nb\t", "a\r\nb")]
    public void Text_is_trimmed(string text, string trimmed) => Assert.Equal((null, trimmed), _title.FromText(text));

    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("A\u030a", "Å")]
    [InlineData("\u212b", "Å")]
    [InlineData("\u1112\u1161\u11ab", "한")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("ﬁ", "ﬁ")]
    [InlineData("１", "１")]
    public void Text_has_one_form(string text, string form)
    {
        Assert.Equal((null, form), _title.FromText(text));
        Assert.Equal((null, form), _title.FromJson(Spelling.Quoted(text)));
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\u0001')]
    [InlineData('\b')]
    [InlineData('\v')]
    [InlineData('\f')]
    [InlineData('\u001b')]
    [InlineData('\u001f')]
    [InlineData('\u007f')]
    [InlineData('\u0080')]
    [InlineData('\u0085')]
    [InlineData('\u009f')]
    public void Control_characters_are_refused_wherever_they_stand(char control)
    {
        foreach (var text in new[] { $"a{control}b", $"{control}ab", $"ab{control}", $"{control}" })
        {
            Assert.StartsWith("must not contain control characters", _title.FromText(text).Error, StringComparison.Ordinal);
            Assert.StartsWith(
                "must not contain control characters", _title.FromJson(Spelling.Quoted(text)).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_code_point_that_is_no_character_is_refused()
    {
        var noncharacters = Enumerable.Range(0, 0x11).SelectMany(plane => (int[])[(plane << 16) | 0xFFFE, (plane << 16) | 0xFFFF])
            .Concat(Enumerable.Range(0xFDD0, 0x20)).ToList();
        Assert.Equal(66, noncharacters.Count);
        Assert.All(noncharacters, value =>
            Assert.Equal("must be valid Unicode text.", _title.FromText($"a{char.ConvertFromUtf32(value)}").Error));
    }

    [Fact]
    public void Half_a_character_is_refused()
    {
        foreach (var text in new[] { "\ud800", "a\udc00", "a\udc00\ud800b", "😀\ud83d" })
            Assert.Equal("must be valid Unicode text.", _title.FromText(text).Error);
        Assert.Equal("must be valid Unicode text.", _title.FromJson("\"a\\ud800\"").Error);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("😀")]
    [InlineData("e\u0301")]
    [InlineData("\u1112\u1161\u11ab")]
    public void Lengths_count_the_code_points_that_are_kept(string letter)
    {
        Assert.Null(_title.FromText(Times(letter, 200)).Error);
        Assert.Null(_title.FromText($" {Times(letter, 200)}\n").Error);
        Assert.StartsWith("must have 1 to 200 characters", _title.FromText(Times(letter, 201)).Error, StringComparison.Ordinal);
        Assert.StartsWith("must have 100 to 20000 characters", _problem.FromText(Times(letter, 99)).Error, StringComparison.Ordinal);
        Assert.Null(_problem.FromText(Times(letter, 100)).Error);
        Assert.Null(_problem.FromText(Times(letter, 20_000)).Error);
    }

    [Fact]
    public void An_error_says_how_long_the_text_is() =>
        Assert.Equal("must have 1 to 200 characters, not 201.", _title.FromText(Times("😀", 201)).Error);

    [Fact]
    public void A_text_that_grows_in_its_one_form_is_measured_there() =>
        Assert.Equal("must have 1 to 200 characters, not 202.", _title.FromText(Times("\u0958", 101)).Error);

    // What it costs to bring them into order grows with their square.
    [Fact]
    public void Marks_in_an_endless_row_are_refused()
    {
        Assert.Null(_title.FromText($"a{Times("\u0301", 100)}").Error);
        Assert.Equal("must not have more than 100 combining marks in a row.", _problem.FromText($"a{Times("\u0301\u0316", 40_000)}").Error);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("[\"a\"]")]
    [InlineData("{\"a\":1}")]
    public void Text_is_a_string_in_a_body(string json) => Assert.Equal("must be a string.", _title.FromJson(json).Error);

    [Fact]
    public void Text_is_not_null_in_a_body() => Assert.Equal("must not be null.", _title.FromJson("null").Error);

    [Fact]
    public void What_is_kept_is_taken_again_as_it_is() =>
        Gen.OneOf(
            Gen.Char.Array[0, 30].Select(letters => new string(letters)),
            Gen.Int[0, 0x10ffff].Where(value => value is < 0xd800 or > 0xdfff)
                .Select(value => new Rune(value).ToString()).Array[0, 30]
                .Select(string.Concat),
            Gen.OneOf("e", "\u0301", "\u0316", "\u1112", "\u1161", " ", "\u200b", "\u0958", "a", "\t").Array[0, 30].Select(string.Concat))
                .Sample(text =>
            {
                if (_title.FromText(text) is not (null, var kept)) return;
                Assert.True(
                    kept == kept.Trim() && kept.IsNormalized()
                        && !kept.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r')),
                    Spelling.Visible(text));
                Assert.Equal((null, kept), _title.FromText(kept));
                Assert.Equal((null, kept), _title.FromJson(Spelling.Quoted(text)));
                Assert.Equal(text.Trim().Normalize(), kept);
            });

    private static string Times(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
