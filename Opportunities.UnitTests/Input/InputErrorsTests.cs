using System.Text.Json;
using Opportunities.Api;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>What is wrong with a request, within limits.</summary>
public sealed class InputErrorsTests
{
    [Fact]
    public void Nothing_wrong_is_no_refusal() => new InputErrors().ThrowIfAny();

    [Fact]
    public void A_member_may_have_several_errors_but_none_twice()
    {
        var errors = new InputErrors();
        errors.Add("b", "is one.");
        errors.Add("b", "is one.");
        errors.Add("b", "is two.");
        errors.Add("a", "is three.");
        Assert.True(errors.Contains("b"));
        Assert.False(errors.Contains("c"));
        var refused = Assert.Throws<ApiException>(errors.ThrowIfAny);
        Assert.Equal(["is one.", "is two."], refused.Errors!["b"]);
        Assert.Equal(["a", "b"], refused.Errors!.Keys);
        Assert.Equal("2 members are invalid: a, b.", refused.Message);
    }

    [Fact]
    public void An_answer_lists_no_more_than_a_reader_can_use()
    {
        var errors = new InputErrors();
        for (var number = 0; number < 2 * InputErrors.Limit; number++) errors.Add($"m{number}", "is unknown.");
        Assert.Equal(InputErrors.Limit, Assert.Throws<ApiException>(errors.ThrowIfAny).Errors!.Count);
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(51, 51)]
    [InlineData(3000, 51)]
    public void A_name_that_is_none_of_ours_is_repeated_in_part(int length, int repeated) =>
        Assert.Equal(repeated, InputErrors.Shown(new string('a', length)).Length);

    [Fact]
    public void A_name_that_is_cut_in_a_character_can_still_be_answered()
    {
        var errors = new InputErrors();
        errors.Add($"{new string('a', 49)}😀", "is unknown.");
        var problem = new Problem
        {
            Type = "t",
            Title = "t",
            Status = 400,
            Detail = "d",
            Instance = "i",
            RequestId = "r",
            Errors = Assert.Throws<ApiException>(errors.ThrowIfAny).Errors,
        };
        Assert.Contains(new string('a', 49), JsonSerializer.Serialize(problem, ApiJson.Wire.Problem), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_name\u00a0", "client_nameU+00A0")]
    [InlineData("\u200b", "U+200B")]
    [InlineData(" a b ", "U+0020a bU+0020")]
    [InlineData("  ", "U+0020U+0020")]
    [InlineData("\u0001\u0085\ufffe\u2028", "U+0001U+0085U+FFFEU+2028")]
    [InlineData("\U000E0001", "U+E0001")]
    [InlineData("größe", "größe")]
    public void What_cannot_be_seen_in_a_name_is_shown(string name, string shown)
    {
        var errors = new InputErrors();
        errors.Add(name, "is unknown.");
        Assert.Equal([shown], Assert.Throws<ApiException>(errors.ThrowIfAny).Errors!.Keys);
    }

    [Fact]
    public void One_error_alone_is_said_in_the_singular() =>
        Assert.Equal("1 member is invalid: a.", InputErrors.Only("a", "is wrong.").Message);
}
