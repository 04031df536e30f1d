using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;

namespace Opportunities.UnitTests.Caching;

/// <summary>The keys under which the output cache looks for answers.</summary>
public sealed class CachePolicyTests
{
    // The framework lets requests with the same key share a look-up that may have begun before a write that the later one knows of.
    [Fact]
    public async Task Two_requests_never_share_a_look_up_and_find_the_same_answer()
    {
        var (first, second) = (await PrefixAsync(), await PrefixAsync());
        Assert.NotEqual(first, second);
        Assert.Equal("list", CachePolicy.SharedKey(first));
        Assert.Equal("list", CachePolicy.SharedKey(second));
    }

    private static async Task<string> PrefixAsync()
    {
        var identity = new ClaimsIdentity([new Claim("sub", "somebody"), new Claim("scope", "opportunities/read")], "test");
        var context = new OutputCacheContext { HttpContext = new DefaultHttpContext { User = new CallerPrincipal(new ClaimsPrincipal(identity)) } };
        await ((IOutputCachePolicy)new CachePolicy(static _ => CacheGenerations.Lists)).CacheRequestAsync(context, CancellationToken.None);
        return context.CacheVaryByRules.CacheKeyPrefix!;
    }
}
