using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;

namespace Opportunities.UnitTests.Caching;

/// <summary>The keys under which the output cache looks for answers.</summary>
public sealed class CachePolicyTests
{
    private const string Id = "01a22135-72ae-7c05-9a4e-5d7b6c2f8e10";

    // The framework lets requests with the same key share a look-up that may have begun before a write that the later one knows of.
    [Fact]
    public async Task Two_requests_never_share_a_look_up_and_find_the_same_answer()
    {
        var (first, second) = (await PrefixAsync(Request(Id)), await PrefixAsync(Request(Id)));
        Assert.NotEqual(first, second);
        Assert.Equal(CacheKey.FromFramework(first), CacheKey.FromFramework(second));
    }

    [Fact]
    public async Task The_framework_s_part_of_a_key_makes_no_difference()
    {
        var prefix = await PrefixAsync(Request(Id));
        Assert.Equal(CacheKey.FromFramework(prefix), CacheKey.FromFramework($"{prefix}\x1eGET\x1eHTTP\x1e*:*/ANY\x1c\x1d/PATH\x1eQ\x1eA=1\x1c"));
    }

    [Theory]
    [InlineData(Id)]
    [InlineData("01A22135-72AE-7C05-9A4E-5D7B6C2F8E10")]
    [InlineData("01a22135-72AE-7c05-9A4E-5d7b6c2f8e10")]
    public async Task An_id_in_either_case_is_the_same_key_in_the_scope_that_a_write_advances(string id)
    {
        var key = CacheKey.FromFramework(await PrefixAsync(Request(id)));
        Assert.Equal(CacheGenerations.Item(Guid.Parse(Id)), key.Scope);
        Assert.Equal(CacheKey.FromFramework(await PrefixAsync(Request(Id))), key);
    }

    [Fact]
    public void What_is_no_id_has_no_key() =>
        Assert.Equal(404, Assert.Throws<ApiException>(() => { CacheKey.OfItem(Request($"{Id} ")); }).Status);

    [Fact]
    public void Callers_who_may_see_other_rows_have_other_keys()
    {
        string[] subjects = ["rep", "all", "of rep", "rep\x1c", "rep\x1d", "rep "];
        var keys = subjects.Select(subject => CacheKey.OfItem(Request(Id, subject, "roles", "SALES_REPRESENTATIVE")))
            .Append(CacheKey.OfItem(Request(Id))).Select(key => CacheKey.FromFramework(key.ToPrefix())).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(CacheGenerations.Item(Guid.Parse(Id)), key.Scope));
    }

    private static async Task<string> PrefixAsync(HttpContext request)
    {
        var context = new OutputCacheContext { HttpContext = request };
        await ((IOutputCachePolicy)new CachePolicy(CacheKey.OfItem)).CacheRequestAsync(context, CancellationToken.None);
        return context.CacheVaryByRules.CacheKeyPrefix!;
    }

    private static DefaultHttpContext Request(string id, string subject = "somebody", string claim = "scope", string value = "opportunities/read")
    {
        var identity = new ClaimsIdentity([new Claim("sub", subject), new Claim(claim, value)], "test");
        var context = new DefaultHttpContext { User = new CallerPrincipal(new ClaimsPrincipal(identity)) };
        context.Request.RouteValues["id"] = id;
        context.SetEndpoint(new RouteEndpoint(static _ => Task.CompletedTask, RoutePatternFactory.Parse("/opportunities/{id}"), 0, null, null));
        return context;
    }
}
