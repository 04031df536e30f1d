using System.Diagnostics;
using System.Text.Json.Nodes;
using Opportunities.Data;
using Opportunities.Data.Events;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Data;

/// <summary>The events that a change leaves: one for each version, with what the history says.</summary>
public sealed class EventTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ChangeContext _stamp = new("owner", _now, "because");

    [Fact]
    public void Every_version_has_one_event_with_its_status()
    {
        var opportunity = Build.In(OpportunityStatus.MatchesFound, _now);
        opportunity.Update(opportunity.Content with { Title = "New", Priority = Priority.Low }, _stamp);
        opportunity.Delete(_stamp);
        var events = Events(opportunity);
        Assert.Equal(Enumerable.Range(1, 8), events.Select(e => (int)e["data"]!["version"]!));
        Assert.Equal(
            ["DRAFT", "DRAFT", "DRAFT", "SUBMITTED", "MATCHING_IN_PROGRESS", "MATCHES_FOUND", "MATCHES_FOUND", "MATCHES_FOUND"],
            events.Select(e => (string)e["data"]!["status"]!));
        Assert.Equal(
            [
                "opportunity.created", "opportunity.updated", "opportunity.updated", "opportunity.status_changed",
                "opportunity.status_changed", "opportunity.status_changed", "opportunity.updated", "opportunity.deleted",
            ],
            events.Select(e => (string)e["type"]!));
    }

    [Fact]
    public void An_event_says_what_the_history_says()
    {
        var opportunity = Opportunity.Create(Build.Content with { EstimatedBudget = 5.000m }, _stamp);
        opportunity.Update(opportunity.Content with { Title = "é \"😀\"", EstimatedBudget = 7m }, _stamp);
        var last = Events(opportunity)[^1];
        // Letters of every language as they are.
        Assert.Contains("é \\\"", OutboxEvent.From(opportunity, opportunity.Changes)[^1].Content, StringComparison.Ordinal);
        Assert.Equal(
            opportunity.Changes.Where(change => change.Version == 2).Select(change => (change.FieldName, change.OldValue, change.NewValue)),
            last["data"]!["changes"]!.AsArray()
                .Select(change => ((string)change!["field_name"]!, (string?)change["old_value"], (string?)change["new_value"])));
        Assert.Equal(
            ("estimated_budget", "5.00", "7.00"),
            (opportunity.Changes[^1].FieldName, opportunity.Changes[^1].OldValue, opportunity.Changes[^1].NewValue));
        Assert.Equal(("because", "owner"), ((string?)last["data"]!["reason"], (string?)last["data"]!["changed_by"]));
    }

    [Fact]
    public void An_event_is_a_CloudEvent()
    {
        var opportunity = Build.Draft(_now);
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var content = Assert.Single(Events(opportunity));
        Assert.Equal(
            ["id", "type", "subject", "time", "traceparent", "data", "specversion", "source", "datacontenttype"],
            content.AsObject().Select(member => member.Key));
        Assert.Equal(
            ("1.0", "/api/v1/opportunities", "application/json", $"{opportunity.Changes[0].Id}", $"{opportunity.Id}",
                "2026-01-01T12:00:00Z", activity.Id),
            ((string?)content["specversion"], (string?)content["source"], (string?)content["datacontenttype"], (string?)content["id"],
                (string?)content["subject"], (string?)content["time"], (string?)content["traceparent"]));
    }

    [Fact]
    public void Without_a_trace_an_event_names_none()
    {
        Assert.Null(Activity.Current);
        Assert.False(Assert.Single(Events(Build.Draft(_now))).AsObject().ContainsKey("traceparent"));
    }

    [Fact]
    public void An_event_is_kept_with_the_owner_since_and_with_the_one_before_where_that_was_another()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Update(opportunity.Content with { Title = "New" }, _stamp);
        opportunity.ChangeOwner("second", _stamp);
        opportunity.ChangeOwner("third", _stamp);
        opportunity.Delete(_stamp);
        Assert.Equal(
            [("owner", null), ("owner", null), ("second", "owner"), ("third", "second"), ("third", null)],
            OutboxEvent.From(opportunity, opportunity.Changes).Select(e => (e.Owner!, e.PreviousOwner)));
        var handed = Events(opportunity)[2];
        Assert.Equal("opportunity.updated", (string?)handed["type"]);
        Assert.Equal(
            ("owner", "owner", "second"),
            ((string?)handed["data"]!["changes"]![0]!["field_name"], (string?)handed["data"]!["changes"]![0]!["old_value"],
                (string?)handed["data"]!["changes"]![0]!["new_value"]));
    }

    [Fact]
    public void An_event_that_is_too_large_leaves_the_values_to_the_history()
    {
        var opportunity = Build.Draft(_now);
        foreach (var letter in "ab") opportunity.Update(opportunity.Content with { Description = new string(letter, 40_000) }, _stamp);
        var (_, small, large) = (Events(opportunity)[0], Events(opportunity)[1], Events(opportunity)[2]);
        Assert.False(small["data"]!.AsObject().ContainsKey("values_omitted"));
        Assert.True((bool)large["data"]!["values_omitted"]!);
        var change = Assert.Single(large["data"]!["changes"]!.AsArray())!;
        Assert.Equal(
            ("description", null, null), ((string?)change["field_name"], (string?)change["old_value"], (string?)change["new_value"]));
    }

    [Fact]
    public void A_part_is_in_the_history_as_JSON_before_and_after()
    {
        var opportunity = Build.Draft(_now);
        var date = new TimelineRequirement(new("Go-live é", _now.AddMicroseconds(500_000), TimelineType.RequiredDay, false));
        opportunity.Add(date, _stamp);
        opportunity.Replace(date, new("Go-live é", _now.AddMicroseconds(500_000), TimelineType.RequiredDay, true), _stamp);
        opportunity.Replace(date, new("Go-live é", _now.AddMicroseconds(500_000), TimelineType.RequiredDay, true), _stamp);
        opportunity.Remove(date, _stamp);
        var before =
            $$"""{"id":"{{date.Id}}","description":"Go-live é","target_date":"2026-01-01T12:00:00.5Z","type":"REQUIRED_DAY","is_flexible":false,"created_at":"2026-01-01T12:00:00Z","updated_at":"2026-01-01T12:00:00Z"}""";
        var after = before.Replace("false", "true", StringComparison.Ordinal);
        Assert.Equal(
            [(null, before), (before, after), (after, null)],
            opportunity.Changes.Skip(1).Select(change => (change.OldValue, change.NewValue)));
        Assert.All(opportunity.Changes.Skip(1), change => Assert.Equal($"timeline_requirements/{date.Id}", change.FieldName));
        Assert.Empty(opportunity.TimelineRequirements);
    }

    private static List<JsonNode> Events(Opportunity opportunity) =>
        [.. OutboxEvent.From(opportunity, opportunity.Changes).Select(e => JsonNode.Parse(e.Content)!)];
}
