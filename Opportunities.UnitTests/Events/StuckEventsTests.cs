using Microsoft.Extensions.Time.Testing;
using Opportunities.Api.Events;

namespace Opportunities.UnitTests.Events;

public sealed class StuckEventsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Guid _opportunity = Guid.NewGuid();

    // What follows a refused event would otherwise be published without it, where its pause ends in the midst of a look.
    [Fact]
    public void What_waits_when_a_look_begins_waits_until_it_ends()
    {
        var stuck = new StuckEvents(_time);
        stuck.BeginLook();
        stuck.Refuse(Event(2), isItsOwn: true);
        Assert.Equal([2L], stuck.BeginLook());
        Assert.True(stuck.Hold(Event(3)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(stuck.Hold(Event(4)));
        Assert.Empty(stuck.BeginLook());
        Assert.False(stuck.Hold(Event(2)));
        Assert.False(stuck.Hold(Event(5)));
    }

    private WaitingEvent Event(long sequence) => new(sequence, Guid.NewGuid(), _opportunity, "{}");
}
