using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Opportunities.Api.Http;

namespace Opportunities.UnitTests.Http;

/// <summary>What the headers say of a caller's quota.</summary>
public sealed class CallerQuotaTests
{
    [Theory]
    [InlineData(50_000, 5_000, "\"caller\";q=50000;w=10")]
    [InlineData(20, 1, "\"caller\";q=20;w=20")]
    [InlineData(10, 3, "\"caller\";q=10;w=4")]
    [InlineData(1, 1_000_000, "\"caller\";q=1;w=1")]
    public void The_policy_is_the_bucket_and_the_seconds_in_which_it_fills(int burst, int perSecond, string policy)
    {
        var quota = New(burst, perSecond);
        Assert.Equal(policy, Told(quota, "127.0.0.1").Policy);
    }

    [Fact]
    public void Each_caller_has_its_own_bucket_and_a_refused_request_takes_nothing_of_it()
    {
        var quota = New(2, 1);
        Assert.Equal("\"caller\";r=2", Told(quota, "127.0.0.1").Limit);
        for (var n = 0; n < 3; n++) quota.Limit.AttemptAcquire(RateLimits.Caller(Request("127.0.0.1"))).Dispose();
        Assert.Equal("\"caller\";r=0;t=1", Told(quota, "127.0.0.1").Limit);
        Assert.Equal("\"caller\";r=2", Told(quota, "127.0.0.2").Limit);
    }

    private static CallerQuota New(int burst, int perSecond) =>
        new(Options.Create(new RateLimitSettings { Burst = burst, PerSecond = perSecond }));

    private static (string Policy, string Limit) Told(CallerQuota quota, string address)
    {
        var request = Request(address);
        quota.Tell(request);
        return (request.Response.Headers["RateLimit-Policy"].Single()!, request.Response.Headers["RateLimit"].Single()!);
    }

    private static DefaultHttpContext Request(string address) =>
        new() { Request = { Path = "/api/v1/opportunities" }, Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
