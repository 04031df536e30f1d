using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Data;

public sealed class OpportunityRulesTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_new_opportunity_is_a_draft_of_version_1_whose_history_says_so()
    {
        var opportunity = Build.Draft(_now);
        var created = Assert.Single(opportunity.Changes);
        Assert.Equal((OpportunityStatus.Draft, 1), (opportunity.Status, opportunity.Version));
        Assert.Equal(("status", null, "DRAFT"), (created.FieldName, created.OldValue, created.NewValue));
        Assert.Equal(7, opportunity.Id.Version);
    }

    [Fact]
    public void An_update_that_changes_nothing_leaves_version_and_history_alone()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Update(opportunity.Content with { EstimatedBudget = 1000.00m }, new ChangeContext("owner", _now.AddHours(1)));
        Assert.Equal((1, _now, 1), (opportunity.Version, opportunity.UpdatedAt, opportunity.Changes.Count));
    }

    [Fact]
    public void Every_changed_member_is_in_the_history_with_its_old_and_new_value()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Update(
            opportunity.Content with { Title = "New", EstimatedBudget = 1.5m, Priority = Priority.Critical },
            new ChangeContext("owner", _now, "why"));
        Assert.Equal(
            [("title", "Title", "New"), ("estimated_budget", "1000.00", "1.50"), ("priority", "MEDIUM", "CRITICAL")],
            opportunity.Changes.Skip(1).Select(change => (change.FieldName, change.OldValue, change.NewValue)));
        Assert.All(
            opportunity.Changes.Skip(1), change => Assert.Equal(("why", "owner", 2), (change.Reason, change.ChangedBy, change.Version)));
    }

    [Fact]
    public void A_reason_is_required_once_the_opportunity_has_left_draft()
    {
        var opportunity = Build.In(OpportunityStatus.Submitted, _now);
        var refusal = Assert.Throws<InvalidValueException>(
            () => opportunity.Update(opportunity.Content with { Title = "New" }, new ChangeContext("owner", _now)));
        Assert.Equal("reason", refusal.Member);
    }

    [Fact]
    public void What_changes_nothing_needs_no_reason()
    {
        var opportunity = Build.In(OpportunityStatus.Submitted, _now);
        var version = opportunity.Version;
        opportunity.Update(opportunity.Content, new ChangeContext("owner", _now));
        Assert.Equal(version, opportunity.Version);
    }

    [Fact]
    public void The_end_must_be_after_the_start()
    {
        var opportunity = Build.Draft(_now);
        var refusal = Assert.Throws<InvalidValueException>(() => opportunity.Update(
            opportunity.Content with { EstimatedEndDate = opportunity.EstimatedStartDate }, new ChangeContext("owner", _now)));
        Assert.Equal("estimated_end_date", refusal.Member);
        Assert.Throws<InvalidValueException>(() => Opportunity.Create(
            Build.Content with { EstimatedStartDate = Build.Content.EstimatedEndDate }, new ChangeContext("owner", _now)));
    }

    [Fact]
    public void An_opportunity_may_have_an_id_beforehand()
    {
        var id = Guid.CreateVersion7();
        Assert.Equal(id, Opportunity.Create(Build.Content, new ChangeContext("owner", _now), id).Id);
    }

    [Fact]
    public void New_dates_must_not_leave_a_timeline_requirement_outside()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Add(
            new TimelineRequirement(new("Go-live", opportunity.EstimatedEndDate, TimelineType.Deadline, false)),
            new ChangeContext("owner", _now));
        Assert.Throws<ConflictException>(() => opportunity.Update(
            opportunity.Content with { EstimatedEndDate = opportunity.EstimatedEndDate.AddDays(-1) }, new ChangeContext("owner", _now)));
    }

    [Fact]
    public void A_skill_is_required_once_whatever_its_case()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Add(Build.Skill("PostgreSQL"), new ChangeContext("owner", _now));
        Assert.Throws<ConflictException>(() => opportunity.Add(Build.Skill("postgresql"), new ChangeContext("owner", _now)));
    }

    [Fact]
    public void Who_creates_an_opportunity_owns_it_until_it_is_handed_over()
    {
        var opportunity = Build.Draft(_now);
        Assert.Equal("owner", opportunity.Owner);
        opportunity.ChangeOwner("other", new ChangeContext("manager", _now.AddHours(1), "on leave"));
        Assert.Equal(
            ("other", "owner", 2, "manager"), (opportunity.Owner, opportunity.CreatedBy, opportunity.Version, opportunity.UpdatedBy));
        var change = opportunity.Changes[^1];
        Assert.Equal(("owner", "owner", "other", "on leave"), (change.FieldName, change.OldValue, change.NewValue, change.Reason));
        var (before, after) = (new Caller("owner", Permissions.ReadOwn | Permissions.WriteOwn),
            new Caller("other", Permissions.ReadOwn | Permissions.WriteOwn));
        Assert.Equal((false, false), (before.Sees(opportunity), before.MayEdit(opportunity)));
        Assert.Equal((true, true), (after.Sees(opportunity), after.MayEdit(opportunity)));
    }

    [Fact]
    public void To_whom_it_belongs_already_an_opportunity_is_handed_over_without_a_change()
    {
        var opportunity = Build.Draft(_now);
        opportunity.ChangeOwner("owner", new ChangeContext("manager", _now, "by mistake"));
        Assert.Equal((1, 1), (opportunity.Version, opportunity.Changes.Count));
    }

    [Theory]
    [InlineData(OpportunityStatus.Draft, true)]
    [InlineData(OpportunityStatus.MatchesFound, true)]
    [InlineData(OpportunityStatus.ArchitectSelected, true)]
    [InlineData(OpportunityStatus.Cancelled, true)]
    [InlineData(OpportunityStatus.Completed, false)]
    public void The_owner_changes_in_every_state_but_the_last(OpportunityStatus status, bool changes)
    {
        var opportunity = Build.In(status, _now);
        var context = new ChangeContext("manager", _now, "on leave");
        if (!changes) Assert.Throws<ConflictException>(() => opportunity.ChangeOwner("owner", context));
        if (changes) opportunity.ChangeOwner("other", context);
        else Assert.Throws<ConflictException>(() => opportunity.ChangeOwner("other", context));
        Assert.Equal(changes ? "other" : "owner", opportunity.Owner);
    }

    [Theory]
    [InlineData(Permissions.WriteAll, "other", OpportunityStatus.Submitted, true)]
    [InlineData(Permissions.WriteOwn, "owner", OpportunityStatus.Draft, true)]
    [InlineData(Permissions.WriteOwn, "owner", OpportunityStatus.Submitted, false)]
    [InlineData(Permissions.WriteOwn, "other", OpportunityStatus.Draft, false)]
    public void A_representative_edits_only_an_own_draft(Permissions permissions, string subject, OpportunityStatus status, bool may) =>
        Assert.Equal(may, new Caller(subject, permissions).MayEdit(Build.In(status, _now)));

    [Theory]
    [InlineData(OpportunityStatus.Draft, OpportunityStatus.Submitted, true)]
    [InlineData(OpportunityStatus.Draft, OpportunityStatus.Cancelled, true)]
    [InlineData(OpportunityStatus.MatchesFound, OpportunityStatus.Cancelled, true)]
    [InlineData(OpportunityStatus.Submitted, OpportunityStatus.Draft, false)]
    [InlineData(OpportunityStatus.Submitted, OpportunityStatus.MatchingInProgress, false)]
    [InlineData(OpportunityStatus.Cancelled, OpportunityStatus.Draft, false)]
    [InlineData(OpportunityStatus.Cancelled, OpportunityStatus.Submitted, false)]
    [InlineData(OpportunityStatus.Draft, OpportunityStatus.MatchingInProgress, false)]
    public void A_representative_submits_an_own_draft_and_cancels_what_is_its_own(OpportunityStatus from, OpportunityStatus to, bool may)
    {
        Assert.Equal(may, new Caller("owner", Permissions.WriteOwn).MayMove(Build.In(from, _now), to));
        Assert.False(new Caller("other", Permissions.WriteOwn).MayMove(Build.In(from, _now), to));
    }
}
