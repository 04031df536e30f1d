using Microsoft.AspNetCore.Http;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;

namespace Opportunities.UnitTests.Http;

public sealed class ETagsTests
{
    [Theory]
    [InlineData("*, \"1\"")]
    [InlineData("\"1\", *")]
    [InlineData("*, *")]
    [InlineData("1")]
    [InlineData("")]
    public void A_malformed_condition_is_refused_and_never_matches(string value)
    {
        Assert.Equal(400, Status(request => request.Headers.IfMatch = value));
        Assert.Equal(400, Status(request => request.Headers.IfNoneMatch = value));
    }

    [Theory]
    [InlineData("*", null)]
    [InlineData("\"4\"", null)]
    [InlineData("\"1\", \"4\"", null)]
    [InlineData("\"1\"", 412)]
    [InlineData("W/\"4\"", 412)]
    [InlineData("\"4-gzip\"", null)]
    [InlineData("\"4--gzip\"", null)]
    [InlineData("\"4;gzip\"", null)]
    [InlineData("\"4-br\"", null)]
    [InlineData("\"4-zstd\"", null)]
    [InlineData("\"4;br\"", null)]
    [InlineData("\"1\", \"4-br\"", null)]
    [InlineData("\"4-gzip-gzip\"", 412)]
    [InlineData("\"-gzip\"", 412)]
    [InlineData("\"1-gzip\"", 412)]
    [InlineData("\"4-other\"", 412)]
    [InlineData("\"4gzip\"", 412)]
    [InlineData("\"04-gzip\"", 412)]
    [InlineData("W/\"4-gzip\"", 412)]
    public void A_change_is_made_where_If_Match_names_the_version(string value, int? refused) =>
        Assert.Equal(refused, Status(request => request.Headers.IfMatch = value));

    [Theory]
    [InlineData("*", true)]
    [InlineData("\"4\"", true)]
    [InlineData("W/\"4\"", true)]
    [InlineData("\"4-gzip\"", true)]
    [InlineData("W/\"4;gzip\"", true)]
    [InlineData("\"1-gzip\"", false)]
    [InlineData("\"1\", W/\"4\"", true)]
    [InlineData("\"1\"", false)]
    [InlineData("\"04\"", false)]
    public void If_None_Match_compares_weakly(string value, bool isKnown)
    {
        var headers = new HeaderDictionary { ["If-None-Match"] = value };
        Assert.Equal(isKnown, ETags.IsAmong(4, ETags.Parse(headers, "If-None-Match")!));
        Assert.Null(ETags.Parse(headers, "If-Match"));
    }

    private static int? Status(Action<HttpRequest> prepare)
    {
        var request = new DefaultHttpContext().Request;
        prepare(request);
        try
        {
            ETags.EnsureMatch(request.Headers, 4);
            return null;
        }
        catch (ApiException refusal)
        {
            return refusal.Status;
        }
    }
}
