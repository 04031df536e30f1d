using Microsoft.AspNetCore.Http;
using Opportunities.Api.Http;
using Opportunities.UnitTests.Repository;

namespace Opportunities.UnitTests.Http;

/// <summary>Limits of which each holder has its own.</summary>
public sealed class LimitTests
{
    private readonly Limit _one = Limit.AtOnce(permits: 1, queue: 0);
    private readonly Limit _other = Limit.AtOnce(permits: 1, queue: 0);

    [Fact]
    public void Each_holder_has_its_own_and_so_has_each_limit()
    {
        using var held = _one.AttemptAcquire("a");
        Assert.True(held.IsAcquired);
        using var again = _one.AttemptAcquire("a");
        Assert.False(again.IsAcquired);
        using var ofAnother = _one.AttemptAcquire("b");
        Assert.True(ofAnother.IsAcquired);
        using var ofTheOther = _other.AttemptAcquire("a");
        Assert.True(ofTheOther.IsAcquired);
        Assert.Equal(0, _one.GetStatistics("a").CurrentAvailablePermits);
    }

    [Fact]
    public void Requests_share_it_with_whoever_holds_it_otherwise()
    {
        var requests = _one.OnRequests(static context => context.Request.Path);
        using var held = requests.AttemptAcquire(Request("/a"));
        Assert.True(held.IsAcquired);
        using var same = _one.AttemptAcquire("/a");
        Assert.False(same.IsAcquired);
    }

    [Fact]
    public void A_request_without_a_holder_is_not_limited()
    {
        var requests = _one.OnRequests(static _ => null);
        using var first = requests.AttemptAcquire(Request("/"));
        using var second = requests.AttemptAcquire(Request("/"));
        Assert.True(first.IsAcquired && second.IsAcquired);
    }

    [Fact]
    public void All_limits_have_one_timer() =>
        Assert.Single(
            Sources.Named("*.cs").Where(static path => path.StartsWith("Opportunities.Api/", StringComparison.Ordinal)),
            static path => Sources.Read(path).Contains("PartitionedRateLimiter.Create<", StringComparison.Ordinal));

    private static DefaultHttpContext Request(string path) => new() { Request = { Path = path } };
}
