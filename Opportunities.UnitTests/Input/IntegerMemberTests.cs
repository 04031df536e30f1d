using System.Globalization;
using CsCheck;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>Whole numbers: digits, and nothing else.</summary>
public sealed class IntegerMemberTests
{
    private static readonly IntegerMember _size = new("size", 1, 100);
    private static readonly IntegerMember _fileSize = new("file_size", 1, 50L << 20);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("20", 20)]
    [InlineData("100", 100)]
    public void Digits_are_a_whole_number(string text, long value)
    {
        Assert.Equal((null, value), _size.FromText(text));
        Assert.Equal((null, value), _size.FromJson(text));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("99999999999999999999999999")]
    public void What_is_out_of_range_or_no_whole_number_is_refused(string text)
    {
        Assert.Equal("must be a whole number from 1 to 100.", _size.FromText(text).Error);
        Assert.Equal("must be a whole number from 1 to 100.", _size.FromJson(text).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+5")]
    [InlineData("5.")]
    [InlineData("٥")]
    [InlineData("５")]
    [InlineData("0x5")]
    [InlineData("1,0")]
    [InlineData("five")]
    public void Nothing_else_is_a_whole_number(string text) => Assert.NotNull(_size.FromText(text).Error);

    [Theory]
    [MemberData(nameof(Spelling.Around), MemberType = typeof(Spelling))]
    public void Nothing_stands_around_a_whole_number(string around)
    {
        Assert.NotNull(_size.FromText($"5{around}").Error);
        Assert.NotNull(_size.FromText($"{around}5").Error);
    }

    [Fact]
    public void A_text_is_a_whole_number_exactly_where_it_is_digits_in_range() => Spelling.Any.Sample(text =>
    {
        var isOne = text.Length is > 0 and < 19 && text.All(char.IsAsciiDigit)
            && long.Parse(text, CultureInfo.InvariantCulture) is >= 1 and <= 50L << 20;
        var (error, value) = _fileSize.FromText(text);
        Assert.True(isOne == error is null, Spelling.Visible(text));
        if (isOne) Assert.Equal(long.Parse(text, CultureInfo.InvariantCulture), value);
    });

    [Fact]
    public void Eighteen_digits_are_read_and_no_more()
    {
        var any = new IntegerMember("any", 0, long.MaxValue);
        Assert.Equal((null, 999_999_999_999_999_999), any.FromText("999999999999999999"));
        Assert.NotNull(any.FromText("1000000000000000000").Error);
    }

    [Fact]
    public void Every_whole_number_in_range_is_read_as_it_is_written() => Gen.Long[1, 50L << 20].Sample(value =>
        Assert.Equal((null, value), _fileSize.FromText(value.ToString(CultureInfo.InvariantCulture))));
}
