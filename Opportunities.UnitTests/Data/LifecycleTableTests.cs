using Opportunities.Data;

namespace Opportunities.UnitTests.Data;

public sealed class LifecycleTableTests
{
    private static readonly DateTime _start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The contract's table, written out a second time: what is not in it is illegal.</summary>
    private static readonly (OpportunityStatus From, OpportunityStatus To)[] _legal =
    [
        (OpportunityStatus.Draft, OpportunityStatus.Submitted),
        (OpportunityStatus.Draft, OpportunityStatus.Cancelled),
        (OpportunityStatus.Submitted, OpportunityStatus.Draft),
        (OpportunityStatus.Submitted, OpportunityStatus.MatchingInProgress),
        (OpportunityStatus.Submitted, OpportunityStatus.Cancelled),
        (OpportunityStatus.MatchingInProgress, OpportunityStatus.MatchesFound),
        (OpportunityStatus.MatchingInProgress, OpportunityStatus.Cancelled),
        (OpportunityStatus.MatchesFound, OpportunityStatus.ArchitectSelected),
        (OpportunityStatus.MatchesFound, OpportunityStatus.MatchingInProgress),
        (OpportunityStatus.MatchesFound, OpportunityStatus.Cancelled),
        (OpportunityStatus.ArchitectSelected, OpportunityStatus.Completed),
        (OpportunityStatus.ArchitectSelected, OpportunityStatus.Cancelled),
        (OpportunityStatus.Cancelled, OpportunityStatus.Draft),
    ];

    public static TheoryData<OpportunityStatus, OpportunityStatus> AllPairs()
    {
        var pairs = new TheoryData<OpportunityStatus, OpportunityStatus>();
        foreach (var from in Enum.GetValues<OpportunityStatus>())
        {
            foreach (var to in Enum.GetValues<OpportunityStatus>()) pairs.Add(from, to);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void A_move_is_made_exactly_where_the_table_allows_it(OpportunityStatus from, OpportunityStatus to)
    {
        var opportunity = Build.In(from, _start);
        var version = opportunity.Version;
        if (_legal.Contains((from, to)))
        {
            opportunity.ChangeStatus(to, new ChangeContext("somebody", _start, "because"));
            Assert.Equal(to, opportunity.Status);
            Assert.Equal(version + 1, opportunity.Version);
            Assert.Equal(
                (WireName<OpportunityStatus>.Format(from), WireName<OpportunityStatus>.Format(to)),
                (opportunity.Changes[^1].OldValue, opportunity.Changes[^1].NewValue));
            return;
        }

        var refusal = Assert.Throws<ConflictException>(
            () => opportunity.ChangeStatus(to, new ChangeContext("somebody", _start, "because")));
        Assert.Equal(_legal.Where(move => move.From == from).Select(move => move.To).Order(), refusal.Allowed!.Order());
        Assert.Equal((from, version), (opportunity.Status, opportunity.Version));
    }

    [Fact]
    public void A_cancelled_opportunity_can_be_reactivated_on_the_last_day_and_not_after()
    {
        var deadline = _start + TimeSpan.FromDays(90);
        var inTime = Build.In(OpportunityStatus.Cancelled, _start);
        Assert.Equal(deadline, inTime.ReactivationDeadline);
        inTime.ChangeStatus(OpportunityStatus.Draft, new ChangeContext("somebody", deadline, "in time"));
        Assert.Null(inTime.ReactivationDeadline);

        var tooLate = Build.In(OpportunityStatus.Cancelled, _start);
        var refusal = Assert.Throws<ConflictException>(
            () => tooLate.ChangeStatus(OpportunityStatus.Draft, new ChangeContext("somebody", deadline.AddTicks(10), "too late")));
        Assert.Empty(refusal.Allowed!);
    }

    [Theory]
    [InlineData(OpportunityStatus.ArchitectSelected)]
    [InlineData(OpportunityStatus.Completed)]
    [InlineData(OpportunityStatus.Cancelled)]
    public void A_locked_state_takes_no_change_of_members_and_requirements(OpportunityStatus status)
    {
        var opportunity = Build.In(status, _start);
        var stamp = new ChangeContext("somebody", _start, "because");
        Assert.Throws<ConflictException>(() => opportunity.Update(opportunity.Content with { Title = "New" }, stamp));
        Assert.Throws<ConflictException>(() => opportunity.Add(Build.Problem(), stamp));
        Assert.Throws<ConflictException>(() => opportunity.Remove(opportunity.ProblemStatements[0], stamp));
        Assert.Throws<ConflictException>(() => opportunity.Replace(opportunity.ProblemStatements[0], new(new string('y', 100), 2), stamp));
    }

    [Theory]
    [InlineData(OpportunityStatus.ArchitectSelected, false)]
    [InlineData(OpportunityStatus.Completed, false)]
    [InlineData(OpportunityStatus.Draft, true)]
    [InlineData(OpportunityStatus.Cancelled, true)]
    [InlineData(OpportunityStatus.MatchesFound, true)]
    public void Deletion_is_refused_only_where_an_architect_is_bound(OpportunityStatus status, bool isDeletable)
    {
        var opportunity = Build.In(status, _start);
        var deletion = () => opportunity.Delete(new ChangeContext("somebody", _start));
        if (isDeletable)
        {
            deletion();
            Assert.NotNull(opportunity.DeletedAt);
        }
        else
        {
            Assert.Throws<ConflictException>(deletion);
        }
    }
}
