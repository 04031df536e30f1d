using System.Text.Json;
using Opportunities.Api;
using Opportunities.Api.Changes;

namespace Opportunities.UnitTests.Changes;

public sealed class ChangeItemTests
{
    private const string Event =
        """
        {"specversion":"1.0","source":"/api/v1/opportunities","datacontenttype":"application/json",
        "id":"019abc40-7d1e-7c55-9c2e-2f1f6a0e4b11",
        "type":"opportunity.status_changed","subject":"019abc40-6b02-7a10-8d7c-0f8d5b3c9a20","time":"2026-11-24T09:15:02.417311Z",
        "data":{"id":"019abc40-6b02-7a10-8d7c-0f8d5b3c9a20","version":3,"status":"SUBMITTED","changed_by":"dev-manager","reason":"Ready",
        "changes":[{"field_name":"status","old_value":"DRAFT","new_value":"SUBMITTED"}]}}
        """;

    private const string Title = """[{"field_name":"title","old_value":null,"new_value":"x"}]""";

    [Fact]
    public void A_change_is_its_event_in_the_words_of_the_API() => Assert.Equal(
        """
        {"id":"019abc40-7d1e-7c55-9c2e-2f1f6a0e4b11","type":"status_changed",
        "opportunity_id":"019abc40-6b02-7a10-8d7c-0f8d5b3c9a20","version":3,"status":"SUBMITTED",
        "changed_at":"2026-11-24T09:15:02.417311Z","changed_by":"dev-manager","reason":"Ready",
        "changes":[{"field_name":"status","old_value":"DRAFT","new_value":"SUBMITTED"}]}
        """.ReplaceLineEndings(""),
        Json(ChangeItem.From(Event, false, null)));

    [Fact]
    public void Of_what_is_hidden_nothing_is_told_but_that() => Assert.Equal(
        """
        {"id":"019abc40-7d1e-7c55-9c2e-2f1f6a0e4b11","type":"hidden",
        "opportunity_id":"019abc40-6b02-7a10-8d7c-0f8d5b3c9a20","version":3,"status":null,
        "changed_at":"2026-11-24T09:15:02.417311Z","changed_by":null,"reason":null,"changes":[]}
        """.ReplaceLineEndings(""),
        Json(ChangeItem.From(Event, true, Title)));

    [Fact]
    public void Values_that_the_event_had_no_room_for_come_from_the_history() => Assert.Equal(
        [new ChangedField("title", null, "x")], ChangeItem.From(Event, false, Title)!.Changes);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"subject":"late"}""")]
    [InlineData("""{"type":"opportunity.created","data":{}}""")]
    [InlineData("[]")]
    public void What_is_no_event_of_this_service_is_passed_over(string content) => Assert.Null(ChangeItem.From(content, false, null));

    private static string Json(ChangeItem? item) => JsonSerializer.Serialize(item, ApiJson.Wire.ChangeItem);
}
