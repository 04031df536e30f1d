using System.Text.Json.Nodes;
using Opportunities.Data;
using Opportunities.Data.Events;

namespace Opportunities.UnitTests.Data;

public sealed class RestoreTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void What_was_deleted_comes_back_as_it_was_with_history_and_event()
    {
        var opportunity = Build.In(OpportunityStatus.Cancelled, _now);
        var version = opportunity.Version;
        opportunity.Delete(new ChangeContext("somebody", _now.AddDays(1)));
        opportunity.Restore(new ChangeContext("admin", _now.AddDays(2), "By mistake"));
        Assert.Equal((null, OpportunityStatus.Cancelled, version + 2), (opportunity.DeletedAt, opportunity.Status, opportunity.Version));
        Assert.Equal((_now.AddDays(2), "admin", 1), (opportunity.UpdatedAt, opportunity.UpdatedBy, opportunity.SkillRequirements.Count));
        var change = opportunity.Changes[^1];
        Assert.Equal(("deleted", "true", "false", "By mistake"), (change.FieldName, change.OldValue, change.NewValue, change.Reason));
        Assert.Equal(
            ["opportunity.deleted", "opportunity.restored"],
            OutboxEvent.From(opportunity, opportunity.Changes).TakeLast(2).Select(e => (string?)JsonNode.Parse(e.Content)!["type"]));
    }

    [Fact]
    public void It_can_be_restored_on_the_ninetieth_day_and_not_after()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Delete(new ChangeContext("somebody", _now));
        var late = new ChangeContext("admin", _now.AddDays(90).AddMicroseconds(1), "Late");
        var refusal = Assert.Throws<ConflictException>(() => opportunity.Restore(late));
        Assert.Equal("The opportunity could be restored until 2026-04-01T12:00:00Z.", refusal.Message);
        Assert.Equal((_now, 2), (opportunity.DeletedAt, opportunity.Version));
        opportunity.Restore(new ChangeContext("admin", _now.AddDays(90), "In time"));
        Assert.Null(opportunity.DeletedAt);
    }

    [Fact]
    public void What_is_not_deleted_cannot_be_restored() =>
        Assert.Throws<ConflictException>(() => Build.Draft(_now).Restore(new ChangeContext("admin", _now, "Why")));
}
