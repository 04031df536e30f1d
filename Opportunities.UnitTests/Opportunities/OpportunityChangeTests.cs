using Microsoft.AspNetCore.Http;
using Opportunities.Api.Errors;
using Opportunities.Api.Writing;
using Opportunities.Data;
using Opportunities.UnitTests.Data;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>A change is saved only once the caller's permission, and the version that it is conditioned on, were asked for.</summary>
public sealed class OpportunityChangeTests
{
    private readonly DefaultHttpContext _context = new();

    [Fact]
    public async Task A_change_that_nobody_asked_permission_for_is_not_saved()
    {
        var change = Change();
        await Assert.ThrowsAsync<InvalidOperationException>(() => change.SaveAsync());
        change.EnsureAllowed(isPermitted: true);
        await change.SaveAsync();
    }

    [Fact]
    public async Task A_refused_change_is_not_saved()
    {
        _context.Request.Headers.IfMatch = "\"7\"";
        var change = Change();
        Assert.Equal(403, Assert.Throws<ApiException>(() => change.EnsureAllowed(isPermitted: false)).Status);
        Assert.Equal(412, Assert.Throws<ApiException>(() => change.EnsureAllowed(isPermitted: true)).Status);
        await Assert.ThrowsAsync<InvalidOperationException>(() => change.SaveAsync());
    }

    // Nothing is changed, so that nothing is written.
    private OpportunityChange Change() =>
        new(null!, _context, null!, Build.Draft(DateTime.UnixEpoch), OpportunityStatus.Draft);
}
