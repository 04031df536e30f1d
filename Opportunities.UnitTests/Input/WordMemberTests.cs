using CsCheck;
using Opportunities.Api.Input;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Input;

/// <summary>Enums, choices and booleans: exactly as written in the contract.</summary>
public sealed class WordMemberTests
{
    private static readonly EnumMember<OpportunityStatus> _status = new("status");
    private static readonly ChoiceMember _direction = new("sort_direction", ["desc", "asc"]);
    private static readonly BooleanMember _isFlexible = new("is_flexible");

    [Fact]
    public void Every_status_has_the_contracts_name() => Assert.Equal(
        ["DRAFT", "SUBMITTED", "MATCHING_IN_PROGRESS", "MATCHES_FOUND", "ARCHITECT_SELECTED", "COMPLETED", "CANCELLED"],
        WireName<OpportunityStatus>.All);

    [Fact]
    public void Every_other_enum_has_the_contracts_names()
    {
        Assert.Equal(["LOW", "MEDIUM", "HIGH", "CRITICAL"], WireName<Priority>.All);
        Assert.Equal(["TECHNICAL", "SOFT", "INDUSTRY", "LANGUAGE", "GEOGRAPHIC"], WireName<SkillType>.All);
        Assert.Equal(["BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"], WireName<ExperienceLevel>.All);
        Assert.Equal(["MUST_HAVE", "NICE_TO_HAVE"], WireName<Importance>.All);
        Assert.Equal(["MILESTONE", "DEADLINE", "REQUIRED_DAY"], WireName<TimelineType>.All);
    }

    [Fact]
    public void Every_name_is_read_as_its_member()
    {
        foreach (var status in Enum.GetValues<OpportunityStatus>())
        {
            var name = WireName<OpportunityStatus>.Format(status);
            Assert.Equal((null, status), _status.FromText(name));
            Assert.Equal((null, status), _status.FromJson($"\"{name}\""));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("draft")]
    [InlineData("Draft")]
    [InlineData("DRAFT,SUBMITTED")]
    [InlineData("MATCHINGINPROGRESS")]
    [InlineData("MATCHING-IN-PROGRESS")]
    [InlineData("MatchingInProgress")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("ＤＲＡＦＴ")]
    [InlineData("UNKNOWN")]
    public void Nothing_else_is_a_status(string text) => Assert.Equal(
        "must be one of DRAFT, SUBMITTED, MATCHING_IN_PROGRESS, MATCHES_FOUND, ARCHITECT_SELECTED, COMPLETED, CANCELLED.",
        _status.FromText(text).Error);

    [Theory]
    [MemberData(nameof(Spelling.Around), MemberType = typeof(Spelling))]
    public void Nothing_stands_around_a_word(string around)
    {
        Assert.NotNull(_status.FromText($"DRAFT{around}").Error);
        Assert.NotNull(_status.FromText($"{around}DRAFT").Error);
        Assert.NotNull(_direction.FromText($"asc{around}").Error);
        Assert.NotNull(_isFlexible.FromText($"true{around}").Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[\"DRAFT\"]")]
    public void A_status_is_a_string_in_a_body(string json) => Assert.NotNull(_status.FromJson(json).Error);

    [Theory]
    [InlineData("desc", null)]
    [InlineData("asc", null)]
    [InlineData("ASC", "must be one of desc, asc.")]
    [InlineData("ascending", "must be one of desc, asc.")]
    [InlineData("", "must be one of desc, asc.")]
    public void A_choice_is_exactly_one_of_its_words(string text, string? error) => Assert.Equal((error, text), _direction.FromText(text));

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_boolean_is_one_of_two_words(string text, bool value)
    {
        Assert.Equal((null, value), _isFlexible.FromText(text));
        Assert.Equal((null, value), _isFlexible.FromJson(text));
    }

    [Theory]
    [InlineData("True")]
    [InlineData("TRUE")]
    [InlineData("1")]
    [InlineData("yes")]
    [InlineData("on")]
    [InlineData("")]
    public void Nothing_else_is_a_boolean(string text) => Assert.Equal("must be true or false.", _isFlexible.FromText(text).Error);

    [Theory]
    [InlineData("\"true\"", "must be a boolean.")]
    [InlineData("1", "must be a boolean.")]
    [InlineData("0", "must be a boolean.")]
    [InlineData("null", "must not be null.")]
    public void A_boolean_is_a_boolean_in_a_body(string json, string error) => Assert.Equal(error, _isFlexible.FromJson(json).Error);

    [Theory]
    [InlineData("\"100\"")]
    [InlineData("true")]
    [InlineData("[]")]
    public void A_number_is_a_number_in_a_body(string json) =>
        Assert.Equal("must be a number.", new MoneyMember("estimated_budget").FromJson(json).Error);

    [Theory]
    [InlineData("CfDJ8-_a", null)]
    [InlineData("1234567890", null)]
    [InlineData("", "is not a cursor that this service gave out.")]
    [InlineData("a=", "is not a cursor that this service gave out.")]
    [InlineData(" a", "is not a cursor that this service gave out.")]
    [InlineData("a+b", "is not a cursor that this service gave out.")]
    [InlineData("aé", "is not a cursor that this service gave out.")]
    [InlineData("12345678901", "is not a cursor that this service gave out.")]
    public void What_was_given_out_comes_back_letter_by_letter(string text, string? error) =>
        Assert.Equal((error, text), new OpaqueMember("cursor", 10).FromText(text));

    [Fact]
    public void A_text_is_a_status_exactly_where_it_is_a_name() => Gen.String[Gen.Char['A', '_'], 0, 20].Sample(text =>
        Assert.Equal(WireName<OpportunityStatus>.All.Contains(text), _status.FromText(text).Error is null));
}
