using Opportunities.Data;

namespace Opportunities.UnitTests.Data;

/// <summary>Names that are stored, and that this build has no member for.</summary>
public sealed class WireNameTests
{
    [Fact]
    public void A_stored_name_that_a_later_build_has_added_is_read_and_written_as_it_is()
    {
        var later = WireName<OpportunityStatus>.Parse("ON_HOLD");
        Assert.False(Enum.IsDefined(later));
        Assert.Equal("ON_HOLD", WireName<OpportunityStatus>.Format(later));
        Assert.Equal(later, WireName<OpportunityStatus>.Parse("ON_HOLD"));
        Assert.NotEqual(later, WireName<OpportunityStatus>.Parse("PAUSED"));
    }

    [Fact]
    public void It_is_no_name_that_a_request_may_use()
    {
        WireName<OpportunityStatus>.Parse("ON_HOLD");
        Assert.False(WireName<OpportunityStatus>.TryParse("ON_HOLD", out _));
        Assert.DoesNotContain("ON_HOLD", WireName<OpportunityStatus>.All);
    }
}
