using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Api;
using Opportunities.Api.Errors;
using Opportunities.Api.Opportunities;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>Cursors that this build gave out, and those of another one.</summary>
public sealed class CursorTests
{
    private static readonly Cursor _cursor = new(
        new OpportunityFilter { ClientName = "A client", MinBudget = 5.00m }, "created_at", Descending: true,
        "2024-06-01T00:00:00.0000000Z", Guid.CreateVersion7());

    private readonly EphemeralDataProtectionProvider _keys = new();

    [Theory]
    [InlineData("created_at", "2024-06-01T00:00:00.0000000Z")]
    [InlineData("updated_at", "2024-06-01T00:00:00.1234560Z")]
    [InlineData("title", "Any text")]
    [InlineData("client_name", "")]
    [InlineData("estimated_budget", "9999999999999.99")]
    [InlineData("estimated_start_date", "1900-01-01T00:00:00.0000000Z")]
    [InlineData("priority", "CRITICAL")]
    [InlineData("priority", "5")]
    public void A_cursor_is_read_as_it_was_given_out(string sortBy, string value)
    {
        var cursors = new CursorProtector(_keys);
        var given = _cursor with { SortBy = sortBy, Value = value };
        var read = cursors.Unprotect(cursors.Protect(given));
        Assert.Equal(Text(given), Text(read));
    }

    [Fact]
    public void A_cursor_carries_the_members_asked_for_and_is_as_before_where_none_were()
    {
        var cursors = new CursorProtector(_keys);
        Assert.Equal(
            ["id", "title", "version"], cursors.Unprotect(cursors.Protect(_cursor with { Fields = ["id", "title", "version"] })).Fields);
        Assert.Null(cursors.Unprotect(cursors.Protect(_cursor)).Fields);
        Assert.Equal(["f", "s", "d", "v", "i"], JsonNode.Parse(Text(_cursor))!.AsObject().Select(member => member.Key));
    }

    /// <summary>A release refuses a cursor with a filter that it does not know, and replicas of two releases serve one walk.</summary>
    [Fact]
    public void A_filter_that_was_added_later_is_in_a_cursor_only_where_it_is_sent() => Assert.Equal(
        [
            "status", "priority", "client_name", "created_by", "owner", "query", "external_source", "external_id", "min_budget",
            "max_budget", "starts_from", "starts_to", "created_from", "created_to", "updated_from", "updated_to",
        ],
        JsonNode.Parse(Text(_cursor with { Filter = new() }))!["f"]!.AsObject().Select(member => member.Key));

    public static TheoryData<string, string?> Others => new()
    {
        { "s", "\"owner\"" }, { "s", "null" }, { "s", null }, { "v", "\"yesterday\"" }, { "v", "\"\"" }, { "v", "null" }, { "v", null },
        { "v", "5" }, { "m", "[\"region\"]" }, { "m", "[null]" }, { "m", "5" },
        { "f", "null" }, { "f", null }, { "f", "{\"status\":[\"ON_HOLD\"]}" }, { "f", "{\"region\":\"somewhere\"}" }, { "i", "\"1\"" },
        { "x", "1" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_cursor_of_a_build_that_this_one_does_not_understand_is_400(string member, string? json)
    {
        var content = JsonNode.Parse(Text(_cursor))!.AsObject();
        if (json is null) content.Remove(member);
        else content[member] = JsonNode.Parse(json);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(content);
        var text = WebEncoders.Base64UrlEncode(_keys.CreateProtector("list-cursor").Protect(bytes));
        Assert.Equal(400, Assert.Throws<ApiException>(() => new CursorProtector(_keys).Unprotect(text)).Status);
    }

    [Theory]
    [InlineData("estimated_budget", "a lot")]
    [InlineData("estimated_budget", "99999999999999999999999999999999")]
    [InlineData("priority", "URGENT")]
    [InlineData("priority", "99999")]
    public void A_value_that_its_column_cannot_have_is_400(string sortBy, string value)
    {
        var cursors = new CursorProtector(_keys);
        var text = cursors.Protect(_cursor with { SortBy = sortBy, Value = value });
        Assert.Equal(400, Assert.Throws<ApiException>(() => cursors.Unprotect(text)).Status);
    }

    private static string Text(Cursor cursor) => JsonSerializer.Serialize(cursor, ApiJson.Wire.Cursor);
}
