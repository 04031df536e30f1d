using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Data;

public sealed class NoteTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    public static TheoryData<OpportunityStatus> States() => [.. Enum.GetValues<OpportunityStatus>()];

    [Theory]
    [MemberData(nameof(States))]
    public void It_is_added_changed_and_removed_in_every_state(OpportunityStatus status)
    {
        var opportunity = Build.In(status, _now);
        var version = opportunity.Version;
        var note = new Note(new("Called them"), "author");
        opportunity.Add(note, new ChangeContext("author", _now));
        opportunity.Replace(note, new("Called them"), new ChangeContext("author", _now.AddHours(1)));
        opportunity.Replace(note, new("Met them"), new ChangeContext("admin", _now.AddHours(2)));
        Assert.Equal(("Met them", "author", _now, _now.AddHours(2)), (note.Text, note.CreatedBy, note.CreatedAt, note.UpdatedAt));
        opportunity.Remove(note, new ChangeContext("admin", _now.AddHours(3)));
        string Json(string text, int hour) =>
            $$"""{"id":"{{note.Id}}","text":"{{text}}","created_at":"2026-01-01T12:00:00Z","created_by":"author","""
            + $"\"updated_at\":\"2026-01-01T{hour}:00:00Z\"}}";
        var (before, after) = (Json("Called them", 12), Json("Met them", 14));
        var field = $"notes/{note.Id}";
        Assert.Equal(
            [(version + 1, field, null, before), (version + 2, field, before, after), (version + 3, field, after, null)],
            opportunity.Changes.Where(change => change.Version > version)
                .Select(change => (change.Version, change.FieldName, change.OldValue, change.NewValue)));
        Assert.Empty(opportunity.Notes);
    }

    [Theory]
    [InlineData("owner", Permissions.WriteOwn, true)]
    [InlineData("other", Permissions.WriteOwn, false)]
    [InlineData("owner", Permissions.ReadAll | Permissions.Delete, false)]
    [InlineData("other", Permissions.WriteAll, true)]
    public void Who_may_change_it_in_some_state_may_note_something_in_every_state(string subject, Permissions permissions, bool may) =>
        Assert.All(Enum.GetValues<OpportunityStatus>(), status =>
            Assert.Equal(may, new Caller(subject, permissions).MayNote(Build.In(status, _now))));

    [Theory]
    [InlineData("owner", Permissions.WriteOwn, "owner", true)]
    [InlineData("owner", Permissions.WriteOwn, "other", false)]
    [InlineData("other", Permissions.WriteOwn, "other", false)]
    [InlineData("other", Permissions.WriteAll, "owner", false)]
    [InlineData("other", Permissions.WriteAll, "other", true)]
    [InlineData("other", Permissions.WriteAll | Permissions.Administer, "owner", true)]
    public void A_note_is_changed_by_its_author_or_an_administrator(string subject, Permissions permissions, string author, bool may) =>
        Assert.Equal(may, new Caller(subject, permissions).MayChangeNote(author, Build.In(OpportunityStatus.Completed, _now)));
}
