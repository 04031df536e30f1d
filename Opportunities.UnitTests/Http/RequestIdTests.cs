using CsCheck;
using Microsoft.Extensions.Primitives;
using Opportunities.Api.Http;

namespace Opportunities.UnitTests.Http;

/// <summary>A sane id is the request's; anything else gets a new one.</summary>
public sealed class RequestIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0198a1b2-0000-7000-8000-000000000001")]
    [InlineData("Root:1.2_3-4")]
    public void A_sane_id_is_kept(string id) => Assert.Equal(id, RequestId.Choose(id));

    [Fact]
    public void An_id_may_have_128_characters_and_no_more()
    {
        Assert.Equal(new string('a', 128), RequestId.Choose(new string('a', 128)));
        AssertNew(new string('a', 129));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\r\nX-Injected: 1")]
    [InlineData("a\0")]
    [InlineData("é")]
    [InlineData("١")]
    [InlineData("a/b")]
    [InlineData("{a}")]
    public void Anything_else_is_replaced(string sent) => AssertNew(sent);

    [Fact]
    public void None_and_two_are_replaced()
    {
        AssertNew(StringValues.Empty);
        AssertNew(new StringValues(["a", "b"]));
        AssertNew(new StringValues((string?)null));
    }

    [Fact]
    public void Every_new_id_is_another() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => RequestId.Choose(StringValues.Empty)).Distinct().Count());

    [Fact]
    public void Whatever_is_sent_the_id_is_sane() =>
        Gen.String[Gen.Char['\0', 'ÿ'], 0, 200].Sample(sent => Assert.Matches(@"^[A-Za-z0-9._:-]{1,128}\z", RequestId.Choose(sent)));

    private static void AssertNew(StringValues sent) => Assert.True(Guid.TryParseExact(RequestId.Choose(sent), "D", out _));
}
