using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Opportunities.Api.Errors;
using Opportunities.Api.Idempotency;

namespace Opportunities.UnitTests.Idempotency;

/// <summary>Which keys are keys, and which requests are the same.</summary>
public sealed class IdempotencyKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("~")]
    [InlineData("Übergabe 東京 😀")]
    [InlineData("e\u0301")]
    [InlineData("a key, with \"anything\" printable: 1/2")]
    public void Any_printable_text_is_a_key(string key) => Assert.Equal(key, IdempotentExecutor.Key(Request(key)));

    [Fact]
    public void A_key_has_255_characters_and_no_more()
    {
        Assert.Equal(255, IdempotentExecutor.Key(Request(new string('k', 255)))!.Length);
        Assert.Throws<ApiException>(() => IdempotentExecutor.Key(Request(new string('k', 256))));
        Assert.Equal(510, IdempotentExecutor.Key(Request(string.Concat(Enumerable.Repeat("😀", 255))))!.Length);
        Assert.Throws<ApiException>(() => IdempotentExecutor.Key(Request(string.Concat(Enumerable.Repeat("é", 256)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("a\n")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u00adb")]
    [InlineData("a\u200bb")]
    [InlineData("a\u2028b")]
    [InlineData("a\ue000b")]
    [InlineData("a\ufffdb")]
    [InlineData("a\ud800b")]
    public void Anything_else_is_refused(string key) =>
        Assert.Equal(
            ["must be one value of 1 to 255 printable characters in UTF-8."],
            Assert.Throws<ApiException>(() => IdempotentExecutor.Key(Request(key))).Errors!["Idempotency-Key"]);

    [Fact]
    public void Two_keys_are_refused() => Assert.Throws<ApiException>(() => IdempotentExecutor.Key(Request(new StringValues(["a", "b"]))));

    [Fact]
    public void No_key_is_none() => Assert.Null(IdempotentExecutor.Key(new DefaultHttpContext().Request));

    [Fact]
    public void A_request_is_the_same_only_with_the_same_method_path_and_body()
    {
        var first = Of("POST", "/a", "{}");
        Assert.Equal(first, Of("POST", "/a", "{}"));
        Assert.Equal(4, new[] { first, Of("PUT", "/a", "{}"), Of("POST", "/b", "{}"), Of("POST", "/a", "{ }") }.Distinct().Count());
        Assert.Equal(64, first.Length);
    }

    [Fact]
    public void Parameters_in_any_order_are_part_of_it()
    {
        var first = Of("POST", "/a", "{}", "?separator=COMMA&decimal=POINT");
        Assert.Equal(first, Of("POST", "/a", "{}", "?decimal=POINT&separator=COMMA"));
        Assert.Equal(4, new[]
        {
            first,
            Of("POST", "/a", "{}"),
            Of("POST", "/a", "{}", "?separator=COMMA"),
            Of("POST", "/a", "{}", "?separator=TAB&decimal=POINT"),
        }.Distinct().Count());
    }

    private static string Of(string method, string path, string body, string query = "") =>
        Convert.ToHexString(IdempotentExecutor.Fingerprint(
            new DefaultHttpContext { Request = { Method = method, Path = path, QueryString = new(query) } }.Request,
            System.Text.Encoding.UTF8.GetBytes(body)));

    private static HttpRequest Request(StringValues key)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[IdempotentExecutor.Header] = key;
        return request;
    }
}
