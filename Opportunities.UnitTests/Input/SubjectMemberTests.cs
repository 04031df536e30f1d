using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>A subject is any text of 1 to 200 characters that can be seen.</summary>
public sealed class SubjectMemberTests
{
    private static readonly SubjectMember _owner = new("owner");

    [Theory]
    [InlineData("dev-rep-1", "dev-rep-1")]
    [InlineData("  auth0|5f7c8ec7c33c6c004bbafe82 ", "auth0|5f7c8ec7c33c6c004bbafe82")]
    [InlineData("Zoe\u0308 M\u00fcller", "Zo\u00eb M\u00fcller")]
    [InlineData("ME", "ME")]
    public void Visible_text_is_a_subject(string text, string subject) => Assert.Equal((null, subject), _owner.FromText(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\u200b")]
    [InlineData("a\u200bb")]
    [InlineData("a\u00a0b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u2800b")]
    [InlineData("me")]
    public void Other_text_is_none(string text) => Assert.NotNull(_owner.FromText(text).Error);

    [Fact]
    public void A_subject_has_up_to_200_characters()
    {
        Assert.Null(_owner.FromText(string.Concat(Enumerable.Repeat("\U0001F40E", 200))).Error);
        Assert.Equal("must have 1 to 200 characters, not 201.", _owner.FromText(new string('a', 201)).Error);
    }

    [Fact]
    public void A_filter_takes_me_for_the_caller() => Assert.Equal((null, "me"), new SubjectMember("owner", takesMe: true).FromText("me"));

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[\"a\"]")]
    public void Another_type_is_refused(string json) => Assert.NotNull(_owner.FromJson(json).Error);
}
