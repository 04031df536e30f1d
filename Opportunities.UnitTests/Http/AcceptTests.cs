using Microsoft.Extensions.Primitives;
using Opportunities.Api.Http;

namespace Opportunities.UnitTests.Http;

/// <summary>Which answers a request takes.</summary>
public sealed class AcceptTests
{
    [Theory]
    [InlineData("application/json", true)]
    [InlineData("*/*", true)]
    [InlineData("application/*", true)]
    [InlineData("Application/JSON", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("text/html, application/json;q=0.1", true)]
    [InlineData("text/html, */*;q=0.1", true)]
    [InlineData("text/html", false)]
    [InlineData("text/*", false)]
    [InlineData("application/problem+json", false)]
    [InlineData("application/json;q=0", false)]
    [InlineData("*/*;q=0", false)]
    [InlineData("application/json;q=0, */*", false)]
    [InlineData("application/json;q=0, application/*;q=1", false)]
    [InlineData("*/*;q=0, application/json", true)]
    [InlineData("application/*;q=0, */*", false)]
    [InlineData("application/*;q=0, application/json;q=0.5", true)]
    [InlineData("application/json;q=0, application/json;version=1", true)]
    [InlineData("json", false)]
    [InlineData("", false)]
    public void JSON_is_answered_to_who_takes_it(string accept, bool isAcceptable) =>
        Assert.Equal(isAcceptable, Accept.IsAcceptable(accept, "application/json"));

    [Fact]
    public void Who_says_nothing_takes_everything() => Assert.True(Accept.IsAcceptable(StringValues.Empty, "text/csv"));

    [Fact]
    public void Several_headers_are_one_list() => Assert.True(Accept.IsAcceptable(new(["text/html", "text/csv"]), "text/csv"));

    [Theory]
    [InlineData("text/csv", true)]
    [InlineData("text/*", true)]
    [InlineData("text/csv, application/json;q=0.9", true)]
    [InlineData("text/csv, application/json", false)]
    [InlineData("text/csv;q=0.5, */*", false)]
    [InlineData("*/*", false)]
    [InlineData("application/json", false)]
    [InlineData("text/csv;q=0", false)]
    [InlineData("", false)]
    public void JSON_it_is_unless_something_else_is_asked_for_more(string accept, bool isPreferred) =>
        Assert.Equal(isPreferred, Accept.Prefers(accept, "text/csv"));

    [Fact]
    public void Who_says_nothing_gets_JSON() => Assert.False(Accept.Prefers(StringValues.Empty, "text/csv"));
}
