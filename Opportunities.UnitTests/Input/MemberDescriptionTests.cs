using Microsoft.OpenApi;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.UnitTests.Input;

/// <summary>What the OpenAPI document says of a value is what its rule takes.</summary>
public sealed class MemberDescriptionTests
{
    [Fact]
    public void A_rule_describes_what_it_takes()
    {
        Assert.Equal(
            (JsonSchemaType.String, 1, 200),
            Of(new TextMember("title", 1, 200)) is var text ? (text.Type, text.MinLength, text.MaxLength) : default);
        Assert.Equal(
            (JsonSchemaType.String, 1, 8192),
            Of(new OpaqueMember("cursor", 8192)) is var opaque ? (opaque.Type, opaque.MinLength, opaque.MaxLength) : default);
        Assert.Equal(
            (JsonSchemaType.Number, "0.01", "9999999999999.99"),
            Of(new MoneyMember("budget")) is var money ? (money.Type, money.Minimum, money.Maximum) : default);
        Assert.Equal("0", Of(new MoneyMember("min_budget", allowZero: true)).Minimum);
        Assert.Equal(
            (JsonSchemaType.Integer, "int32", "1", "100"),
            Of(new IntegerMember("size", 1, 100)) is var small ? (small.Type, small.Format, small.Minimum, small.Maximum) : default);
        Assert.Equal("int32", Of(new IntegerMember("size", 1, int.MaxValue)).Format);
        Assert.Equal("int64", Of(new IntegerMember("size", 1, 1L << 40)).Format);
        Assert.Equal(
            (JsonSchemaType.String, "date-time", 32),
            Of(new TimeMember("at")) is var time ? (time.Type, time.Format, time.MaxLength) : default);
        Assert.Equal(JsonSchemaType.Boolean, Of(new BooleanMember("is_flexible")).Type);
        Assert.Equal(
            (1, OpportunityLimits.Owner), Of(new SubjectMember("owner")) is var subject ? (subject.MinLength, subject.MaxLength) : default);
    }

    [Fact]
    public void A_list_describes_its_items_how_many_and_that_each_is_there_once()
    {
        var list = Of(new ListMember<string>(new TextMember("names", 1, 9), max: 3));
        Assert.Equal((JsonSchemaType.Array, 1, 3, true), (list.Type, list.MinItems, list.MaxItems, list.UniqueItems));
        Assert.Equal(9, list.Items!.MaxLength);
    }

    [Fact]
    public void A_body_describes_its_members_and_that_there_are_no_others()
    {
        var body = new Shape<(string, long)>("Thing", "A thing.", """{"name":"a"}""", static input =>
            (input.Required(new TextMember("name", 1, 9)), input.Optional(new IntegerMember("size", 1, 5), 1)));
        var schema = body.Describe(new OpenApiDocument());
        Assert.Equal(["name", "size"], schema.Properties!.Keys);
        Assert.Equal(["name"], schema.Required!);
        Assert.False(schema.AdditionalPropertiesAllowed);
        Assert.Equal("a", (string?)schema.Examples![0]!["name"]);
    }

    [Fact]
    public void Words_are_described_once_and_referred_to()
    {
        var document = new OpenApiDocument { Components = new() };
        var direction = new ChoiceMember("sort_direction", ["desc", "asc"]);
        Assert.Equal("SortDirection", ((OpenApiSchemaReference)direction.Describe(document)).Reference.Id);
        direction.Describe(document);
        Assert.Equal(["desc", "asc"], document.Components.Schemas!["SortDirection"].Enum!.Select(word => (string)word!));
        Assert.Equal(
            "OpportunityStatus", ((OpenApiSchemaReference)new EnumMember<OpportunityStatus>("status").Describe(document)).Reference.Id);
    }

    [Fact]
    public void The_longest_time_is_as_long_as_the_document_says() =>
        Assert.Equal(TimeMember.MaxLength, "2023-01-01T00:00:00.123456+01:00".Length);

    private static OpenApiSchema Of(IMember member) => (OpenApiSchema)member.Describe(new OpenApiDocument());
}
