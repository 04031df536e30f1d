using System.Text.Json;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.UnitTests.Input;

/// <summary>A JSON array whose items have one rule.</summary>
public sealed class ListMemberTests
{
    private static readonly ListMember<OpportunityStatus> _status = new(new EnumMember<OpportunityStatus>("status"), 2);

    [Fact]
    public void Items_are_read_in_their_order() => Assert.Equal(
        [OpportunityStatus.Submitted, OpportunityStatus.Draft], _status.FromJson("""["SUBMITTED", "DRAFT"]""").Value);

    [Theory]
    [InlineData("[]", "must have 1 to 2 items, not 0.")]
    [InlineData("""["DRAFT","SUBMITTED","CANCELLED"]""", "must have 1 to 2 items, not 3.")]
    [InlineData("""["DRAFT","DRAFT"]""", "must not have an item twice.")]
    [InlineData("""["DRAFT",null]""", "has an item that must not be null.")]
    [InlineData("""["DRAFT",1]""", "has an item that must be a string.")]
    [InlineData("\"DRAFT\"", "must be a list.")]
    [InlineData("null", "must not be null.")]
    [InlineData("{}", "must be a list.")]
    public void Anything_else_is_refused(string json, string error) => Assert.Equal(error, _status.FromJson(json).Error);

    [Fact]
    public void A_parameter_has_commas_between_items() => Assert.Equal(
        [OpportunityStatus.Submitted, OpportunityStatus.Draft], _status.FromText("SUBMITTED,DRAFT").Value);

    [Theory]
    [InlineData("DRAFT,SUBMITTED,CANCELLED", "must have 1 to 2 items, not 3.")]
    [InlineData("DRAFT,DRAFT", "must not have an item twice.")]
    [InlineData("DRAFT,", "has an item that must be one of ")]
    [InlineData(",", "has an item that must be one of ")]
    [InlineData("DRAFT, SUBMITTED", "has an item that must be one of ")]
    [InlineData("DRAFT;SUBMITTED", "has an item that must be one of ")]
    public void Any_other_text_is_refused(string text, string error) =>
        Assert.StartsWith(error, _status.FromText(text).Error, StringComparison.Ordinal);

    [Fact]
    public void An_item_that_is_no_Unicode_is_refused()
    {
        using var document = JsonDocument.Parse((byte[])[.. "[\"DRAFT"u8, 0xFF, .. "\"]"u8]);
        Assert.Equal("has an item that must be valid Unicode text.", _status.Read(document.RootElement, out _));
        Assert.Equal("has an item that must be valid Unicode text.", _status.FromJson("""["\ud800"]""").Error);
    }

    [Fact]
    public void An_item_is_refused_by_its_own_rule() => Assert.StartsWith(
        "has an item that must be one of DRAFT, ", _status.FromJson("""["draft"]""").Error, StringComparison.Ordinal);
}
