using Opportunities.Api.Changes;

namespace Opportunities.UnitTests.Changes;

/// <summary>Whether what follows a position is still there: transactions up to 100 and sequences up to 50 were deleted.</summary>
public sealed class FeedStateTests
{
    private static readonly Guid _epoch = Guid.NewGuid();
    private static readonly FeedState _state = new(
        _epoch, true, Deleted: 50, DeletedTransaction: 100, Next: 210, Snapshot.Parse("200:210:200"));

    [Theory]
    [InlineData(null, null, 50L, true)] // From the oldest on.
    [InlineData(null, null, 49L, false)]
    [InlineData("101:110:", null, null, true)] // Has seen all that was deleted.
    [InlineData("100:110:", null, null, false)]
    [InlineData("99:110:", null, null, false)] // 100 may be one that it has not seen.
    [InlineData("90:90:", "101:110:", 50L, true)] // Is past it in its window.
    [InlineData("90:90:", "101:110:", 49L, false)]
    [InlineData("90:90:", "100:110:", 50L, false)] // Some of it came after the window.
    [InlineData("90:90:", "101:110:", null, false)]
    [InlineData("200:210:200", null, null, true)]
    [InlineData("200:211:", null, null, false)] // Of a future that this database has not.
    [InlineData("101:110:", "200:211:", 60L, false)]
    public void It_is_there_unless_something_was_deleted_that_is_not_read(string? seen, string? until, long? after, bool expected) =>
        Assert.Equal(expected, _state.Has(new(_epoch, Of(seen), Of(until), after)));

    [Fact]
    public void A_position_of_another_epoch_leads_nowhere() => Assert.False(_state.Has(new(Guid.NewGuid(), Of("200:210:200"), null, null)));

    [Fact]
    public void The_oldest_position_leads_on() => Assert.True(_state.Has(_state.Oldest));

    [Fact]
    public void Of_a_feed_that_has_lost_nothing_everything_is_there()
    {
        var state = _state with { Deleted = 0, DeletedTransaction = 0 };
        Assert.True(state.Has(new(_epoch, Of("3:3:"), null, null)));
        Assert.True(state.Has(state.Oldest));
    }

    private static Snapshot? Of(string? text) => text is null ? null : Snapshot.Parse(text);
}
