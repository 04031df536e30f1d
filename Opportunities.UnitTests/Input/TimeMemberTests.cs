using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>Times: RFC 3339 with an offset, exact, and the same moment in UTC however they were sent.</summary>
public sealed partial class TimeMemberTests
{
    private static readonly TimeMember _start = new("estimated_start_date");
    private static readonly DateTime _first = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime _last = new DateTime(3000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(-1);

    [Theory]
    [InlineData("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01t00:00:00z", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T02:00:00+02:00", "2023-01-01T00:00:00Z")]
    [InlineData("2022-12-31T16:30:00-07:30", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T00:00:00+00:00", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T00:00:00-00:00", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T23:59:00+23:59", "2023-01-01T00:00:00Z")]
    [InlineData("2022-12-31T00:01:00-23:59", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T00:00:00.000000Z", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T00:00:00.5Z", "2023-01-01T00:00:00.5Z")]
    [InlineData("2023-01-01T00:00:00.500000Z", "2023-01-01T00:00:00.5Z")]
    [InlineData("2023-01-01T00:00:00.000001Z", "2023-01-01T00:00:00.000001Z")]
    [InlineData("2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z")]
    [InlineData("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z")]
    [InlineData("1899-12-31T23:00:00-01:00", "1900-01-01T00:00:00Z")]
    [InlineData("2999-12-31T23:59:59.999999Z", "2999-12-31T23:59:59.999999Z")]
    [InlineData("3000-01-01T00:00:00+01:00", "2999-12-31T23:00:00Z")]
    public void A_time_is_taken_as_UTC(string text, string time)
    {
        Assert.Equal((null, time), Written(_start.FromText(text)));
        Assert.Equal((null, time), Written(_start.FromJson(Spelling.Quoted(text))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2023-01-01")]
    [InlineData("2023-01-01T00:00Z")]
    [InlineData("2023-01-01T00:00:00")]
    [InlineData("2023-01-01 00:00:00Z")]
    [InlineData("2023-01-01T00:00:00.Z")]
    [InlineData("2023-01-01T00:00:00,5Z")]
    [InlineData("2023-01-01T00:00:00.0000000Z")]
    [InlineData("2023-01-01T00:00:00.1234567Z")]
    [InlineData("2023-01-01T00:00:00+0100")]
    [InlineData("2023-01-01T00:00:00+01")]
    [InlineData("2023-01-01T00:00:00+1:00")]
    [InlineData("2023-01-01T00:00:00+24:00")]
    [InlineData("2023-01-01T00:00:00+01:60")]
    [InlineData("2023-01-01T00:00:00 01:00")]
    [InlineData("2023-01-01T00:00:00\u221201:00")]
    [InlineData("2023-01-01T24:00:00Z")]
    [InlineData("2023-01-01T23:60:00Z")]
    [InlineData("2023-01-01T23:59:60Z")]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2023-04-31T00:00:00Z")]
    [InlineData("2023-00-01T00:00:00Z")]
    [InlineData("2023-13-01T00:00:00Z")]
    [InlineData("2023-1-1T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("12023-01-01T00:00:00Z")]
    [InlineData("+2023-01-01T00:00:00Z")]
    [InlineData("20230101T000000Z")]
    [InlineData("2023-W01-1T00:00:00Z")]
    [InlineData("1672531200")]
    [InlineData("now")]
    [InlineData("٢٠٢٣-٠١-٠١T٠٠:٠٠:٠٠Z")]
    [InlineData("２０２３-01-01T00:00:00Z")]
    public void Anything_else_is_refused(string text) =>
        Assert.StartsWith("must be an RFC 3339 time", _start.FromText(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("1899-12-31T23:59:59Z")]
    [InlineData("1900-01-01T00:00:00+01:00")]
    [InlineData("3000-01-01T00:00:00Z")]
    [InlineData("2999-12-31T23:59:59-01:00")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+23:59")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-31T23:59:59-23:59")]
    public void Times_of_other_years_are_refused(string text) =>
        Assert.Equal("must lie in the years 1900 to 2999.", _start.FromText(text).Error);

    [Theory]
    [MemberData(nameof(Spelling.Around), MemberType = typeof(Spelling))]
    public void Nothing_stands_around_a_time(string around)
    {
        Assert.NotNull(_start.FromText($"2023-01-01T00:00:00Z{around}").Error);
        Assert.NotNull(_start.FromText($"{around}2023-01-01T00:00:00Z").Error);
    }

    [Theory]
    [InlineData("1672531200")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void A_time_is_a_string_in_a_body(string json) => Assert.Equal("must be a string.", _start.FromJson(json).Error);

    [Fact]
    public void Every_spelling_of_a_moment_is_that_moment() =>
        Gen.Select(Gen.Long[_first.Ticks / 10, _last.Ticks / 10], Gen.Int[-1439, 1439], Gen.Int[0, 6], Gen.Bool)
            .Sample((microseconds, offset, zeros, small) =>
            {
                var moment = new DateTime(microseconds * 10, DateTimeKind.Utc);
                var there = moment.AddMinutes(offset);
                var fraction = there.ToString("FFFFFF", CultureInfo.InvariantCulture);
                fraction = fraction.PadRight(Math.Min(6, fraction.Length + zeros), '0');
                var text = there.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
                    + (fraction.Length > 0 ? $".{fraction}" : "")
                    + (offset == 0 ? "Z" : $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:00}:{Math.Abs(offset) % 60:00}");
                if (small) text = text.ToLowerInvariant();
                Assert.Equal((null, Json(moment)), Written(_start.FromText(text)));
                // What is answered is taken, and is the same.
                Assert.Equal((null, Json(moment)), Written(_start.FromText(Json(moment))));
            });

    [Fact]
    public void What_is_taken_looks_like_a_time() => Spelling.Any.Sample(text =>
    {
        if (_start.FromText(text).Error is null) Assert.Matches(Rfc3339(), text);
    });

    [Fact]
    public void A_time_means_the_same_everywhere() => Spelling.Elsewhere(() =>
        Assert.Equal((null, "2023-01-01T00:00:00.5Z"), Written(_start.FromText("2023-01-01T02:00:00.5+02:00"))));

    private static (string? Error, string? Value) Written((string? Error, DateTime Value) read)
    {
        if (read.Error is null) Assert.Equal(DateTimeKind.Utc, read.Value.Kind);
        return (read.Error, read.Error is null ? Json(read.Value) : null);
    }

    private static string Json(DateTime time) => JsonSerializer.Serialize(time).Trim('"');

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
