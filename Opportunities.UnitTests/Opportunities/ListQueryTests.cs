using Opportunities.Api.Caching;
using Opportunities.Api.Opportunities;
using Opportunities.Data;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>A list query as the key of its answer.</summary>
public sealed class ListQueryTests
{
    [Theory]
    [InlineData(",")]
    [InlineData("|")]
    [InlineData("&")]
    [InlineData("\",\"")]
    [InlineData("\u001d")]
    public void What_stands_between_members_in_one_key_is_text_in_another(string separator) =>
        Assert.NotEqual(Key($"a{separator}", "a"), Key("a", $"{separator}a"));

    [Fact]
    public void Each_member_is_part_of_the_key()
    {
        string[] keys =
        [
            Key(null, null), Key("a", null), Key(null, "a"), Key("", null), Key(null, null, [OpportunityStatus.Draft]),
            Key(null, null, [OpportunityStatus.Draft, OpportunityStatus.Submitted]),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(Key("a", "b"), Key("a", "b"));
    }

    [Fact]
    public void The_members_asked_for_are_part_of_the_key()
    {
        string[][] fields = [["id", "version"], ["id", "title", "version"], ["id", "title", "description", "version"]];
        var keys = fields.Select(Of).Append(Of(null)).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());

        static string Of(string[]? fields) => CacheKey.List(
            "list", new ListQuery(new OpportunityFilter(), "title", false, 20, 0, After: null, fields),
            new Caller("somebody", Permissions.ReadAll)).ToString();
    }

    private static string Key(string? client, string? words, params OpportunityStatus[] statuses) => CacheKey.List(
        "list",
        new ListQuery(new OpportunityFilter { ClientName = client, Query = words, Status = statuses }, "title", false, 20, 0, After: null),
        new Caller("somebody", Permissions.ReadAll)).ToString();
}
