using System.Text.Json;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.UnitTests.Input;

/// <summary>What another system calls an opportunity has one form.</summary>
public sealed class ExternalIdMemberTests
{
    private static readonly ExternalIdMember _member = new("external_id");

    [Theory]
    [InlineData("""{"source":"old-crm","id":"4711"}""", "old-crm/4711")]
    [InlineData("""{"id":" A/7 ","source":"a.b_c-9"}""", "a.b_c-9/A/7")]
    [InlineData("null", null)]
    public void A_source_and_an_id_are_taken_and_nothing(string json, string? text)
    {
        Assert.Null(Read(json, out var value));
        Assert.Equal(text, value?.ToString());
    }

    [Theory]
    [InlineData("\"old-crm/4711\"", "must be an object or null.")]
    [InlineData("{}", "must have a source and an id.")]
    [InlineData("""{"source":"crm"}""", "must have a source and an id.")]
    [InlineData("""{"source":"crm","id":"1","id":"2"}""", "must not have a member twice.")]
    [InlineData("""{"source":"crm","id":"1","name":"x"}""", "must have no members but source and id.")]
    [InlineData("""{"source":"crm","id":1}""", "must have a source and an id that are strings.")]
    [InlineData("""{"source":null,"id":"1"}""", "must have a source and an id that are strings.")]
    [InlineData("""{"source":"CRM","id":"1"}""", "has a source that must be 1 to 50 of a-z, 0-9, '.', '_' and '-'.")]
    [InlineData("""{"source":"crm\n","id":"1"}""", "has a source that must be 1 to 50 of a-z, 0-9, '.', '_' and '-'.")]
    [InlineData("""{"source":"crm","id":" "}""", "has an id that must not be blank.")]
    public void Anything_else_is_refused(string json, string error) => Assert.Equal(error, Read(json, out _));

    [Theory]
    [InlineData("crm/A/7", "crm", "A/7")]
    [InlineData("/", null, null)]
    public void As_text_a_slash_stands_between_them(string text, string? source, string? id)
    {
        Assert.Null(_member.Parse(text, out var value));
        Assert.Equal((source, id), (value?.Source, value?.Id));
    }

    [Theory]
    [InlineData("crm")]
    [InlineData("crm/")]
    [InlineData("/7")]
    public void Half_of_it_is_none(string text) => Assert.NotNull(_member.Parse(text, out _));

    [Fact]
    public void A_source_has_fifty_characters_at_most()
    {
        Assert.Null(ExternalIdMember.Source.Parse(new string('a', OpportunityLimits.ExternalSource), out _));
        Assert.NotNull(ExternalIdMember.Source.Parse(new string('a', OpportunityLimits.ExternalSource + 1), out _));
    }

    private static string? Read(string json, out ExternalId? value) => _member.Read(JsonDocument.Parse(json).RootElement, out value);
}
