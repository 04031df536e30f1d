using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>Amounts: exact, and with two decimals however they were sent.</summary>
public sealed partial class MoneyMemberTests
{
    private const long MaxCents = 999_999_999_999_999;

    private static readonly MoneyMember _budget = new("estimated_budget");
    private static readonly MoneyMember _bound = new("min_budget", allowZero: true);

    [Theory]
    [InlineData("100", "100.00")]
    [InlineData("100.0", "100.00")]
    [InlineData("100.5", "100.50")]
    [InlineData("5.000", "5.00")]
    [InlineData("0.01", "0.01")]
    [InlineData("0.010000", "0.01")]
    [InlineData("9999999999999.99", "9999999999999.99")]
    [InlineData("9999999999999", "9999999999999.00")]
    public void An_amount_is_the_same_with_two_decimals_from_a_body_and_from_text(string text, string amount)
    {
        Assert.Equal((null, amount), Written(_budget.FromJson(text)));
        Assert.Equal((null, amount), Written(_budget.FromText(text)));
    }

    [Theory]
    [InlineData("1e2", "100.00")]
    [InlineData("1E2", "100.00")]
    [InlineData("1e+2", "100.00")]
    [InlineData("1e002", "100.00")]
    [InlineData("1.5e1", "15.00")]
    [InlineData("12345e-2", "123.45")]
    [InlineData("1000e-5", "0.01")]
    [InlineData("0.0001e4", "1.00")]
    [InlineData("9.99999999999999e12", "9999999999999.99")]
    public void An_exact_exponent_is_an_amount_in_a_body_and_none_in_a_query_or_a_cell(string text, string amount)
    {
        Assert.Equal((null, amount), Written(_budget.FromJson(text)));
        Assert.NotNull(_budget.FromText(text).Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("0.00")]
    [InlineData("0e9")]
    [InlineData("-1")]
    [InlineData("-0.01")]
    [InlineData("10000000000000")]
    [InlineData("9999999999999.991e0")]
    [InlineData("1e13")]
    [InlineData("1e999")]
    [InlineData("1e99999999999999999999")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("1000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("1.0000000000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_amount_is_refused(string json) => Assert.NotNull(_budget.FromJson(json).Error);

    [Theory]
    [InlineData("0.001")]
    [InlineData("1.005")]
    [InlineData("1e-3")]
    [InlineData("1e-999")]
    [InlineData("100.001e0")]
    [InlineData("9999999999999.991")]
    [InlineData("0.0000000000000000000000000000000000000001")]
    public void More_than_two_decimals_are_refused_and_not_rounded(string json) =>
        Assert.Equal("must have at most two decimals.", _budget.FromJson(json).Error);

    [Theory]
    [InlineData("0", "0.00")]
    [InlineData("0.0", "0.00")]
    [InlineData("0.01", "0.01")]
    public void A_bound_of_a_search_may_be_zero(string text, string amount) => Assert.Equal((null, amount), Written(_bound.FromText(text)));

    [Theory]
    [MemberData(nameof(Spelling.Around), MemberType = typeof(Spelling))]
    public void Nothing_stands_around_a_number(string around)
    {
        foreach (var number in new[] { "100", "100.00", "1e2" })
        {
            Assert.NotNull(_bound.FromText(number + around).Error);
            Assert.NotNull(_bound.FromText(around + number).Error);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("+100")]
    [InlineData("-100")]
    [InlineData("-0")]
    [InlineData("(100)")]
    [InlineData("100.")]
    [InlineData(".5")]
    [InlineData("1.5.5")]
    [InlineData("100,00")]
    [InlineData("1,000")]
    [InlineData("1 000")]
    [InlineData("1_000")]
    [InlineData("$100")]
    [InlineData("100€")]
    [InlineData("0x64")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("١٠٠")]
    [InlineData("１００")]
    [InlineData("1²")]
    [InlineData("'100")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("10000000000000")]
    [InlineData("100000000000000000000000000")]
    [InlineData("1000000000000000000000000000000")]
    public void A_number_is_digits_with_an_optional_point(string text) => Assert.NotNull(_bound.FromText(text).Error);

    [Fact]
    public void Sixty_four_characters_are_looked_at_and_no_more()
    {
        var longest = $"1.{new string('0', 62)}";
        Assert.Equal((null, "1.00"), Written(_budget.FromJson(longest)));
        Assert.Equal((null, "1.00"), Written(_budget.FromText(longest)));
        Assert.NotNull(_budget.FromJson($"{longest}0").Error);
        Assert.NotNull(_budget.FromText($"{longest}0").Error);
    }

    [Fact]
    public void An_error_says_what_an_amount_is()
    {
        Assert.Equal("must be a number above 0 up to 9999999999999.99, with at most two decimals.", _budget.FromText("0").Error);
        Assert.Equal("must be a number from 0 up to 9999999999999.99, with at most two decimals.", _bound.FromText("x").Error);
    }

    [Fact]
    public void Every_spelling_of_an_amount_is_that_amount() =>
        Gen.Select(Gen.Long[1, MaxCents], Gen.Int[0, 6], Gen.Int[-12, 12], Gen.Bool).Sample((cents, zeros, shift, capital) =>
        {
            var amount = new decimal(cents) / 100;
            var text = amount.ToString("0.00", CultureInfo.InvariantCulture);
            Assert.Equal((null, text), Written(_budget.FromText(text + new string('0', zeros))));
            Assert.Equal((null, text), Written(_budget.FromText(new string('0', zeros) + text)));
            Assert.Equal((null, text), Written(_budget.FromJson(text + new string('0', zeros))));
            // The same number with its point elsewhere.
            var digits = cents.ToString(CultureInfo.InvariantCulture) + new string('0', zeros);
            var moved = shift <= 0
                ? digits + new string('0', -shift)
                : digits.PadLeft(shift + 1, '0').Insert(Math.Max(digits.Length, shift + 1) - shift, ".");
            var exponent = shift - zeros - 2;
            Assert.Equal((null, text), Written(_budget.FromJson($"{moved}{(capital ? 'E' : 'e')}{exponent}")));
        });

    [Fact]
    public void A_text_is_an_amount_exactly_where_it_looks_like_one() =>
        Spelling.Any.Sample(text =>
        {
            var (error, value) = _bound.FromText(text);
            var looks = Plain().IsMatch(text) && text.Length <= 64;
            if (error is null) Assert.True(looks && value == decimal.Parse(text, CultureInfo.InvariantCulture), Spelling.Visible(text));
            else Assert.True(!looks || Cents(text) is not { } cents || cents > MaxCents, $"{Spelling.Visible(text)} {error}");
        });

    [Fact]
    public void A_number_means_the_same_everywhere() => Spelling.Elsewhere(() =>
    {
        Assert.Equal((null, "1234.50"), Written(_budget.FromText("1234.5")));
        Assert.Equal((null, "1234.50"), Written(_budget.FromJson("1.2345e3")));
        Assert.NotNull(_budget.FromText("1234,5").Error);
    });

    private static (string? Error, string Value) Written((string? Error, decimal Value) read) =>
        (read.Error, read.Value.ToString(CultureInfo.InvariantCulture));

    private static BigInteger? Cents(string text)
    {
        var parts = text.Split('.');
        var decimals = parts.Length == 1 ? "" : parts[1].TrimEnd('0');
        return decimals.Length > 2 ? null : BigInteger.Parse(parts[0] + decimals.PadRight(2, '0'), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Plain();
}
