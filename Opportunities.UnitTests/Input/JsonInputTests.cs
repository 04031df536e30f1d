using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>A body is one flat JSON object with known members, and everything wrong with it is told at once.</summary>
public sealed class JsonInputTests
{
    private static readonly TextMember _title = new("title", 1, 10);
    private static readonly MoneyMember _budget = new("estimated_budget");

    [Fact]
    public async Task Members_are_read_by_their_rules()
    {
        var input = await ReadAsync("""{"title":" a ","estimated_budget":1.5}""");
        Assert.Equal(("a", 1.50m), (input.Required(_title), input.Optional(_budget, 0)));
        Assert.True(input.Has(_title));
        input.ThrowIfInvalid();
    }

    [Fact]
    public async Task What_is_absent_is_missing_or_has_its_default()
    {
        var input = await ReadAsync("{}");
        Assert.Equal(7m, input.Optional(_budget, 7));
        Assert.False(input.Has(_budget));
        Assert.Null(input.Required(_title));
        Assert.Equal([("title", "is required.")], Errors(input.ThrowIfInvalid));
    }

    [Fact]
    public async Task Null_is_not_absent()
    {
        var input = await ReadAsync("""{"title":null}""");
        input.Optional(_title, "b");
        Assert.Equal([("title", "must not be null.")], Errors(input.ThrowIfInvalid));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var input = await ReadAsync("""{"title":1,"estimated_budget":0.001,"id":1,"Title":"a"}""");
        input.Required(_title);
        input.Required(_budget);
        Assert.Equal(
            [
                ("Title", "is not a member that can be sent."), ("estimated_budget", "must have at most two decimals."),
                ("id", "is not a member that can be sent."), ("title", "must be a string."),
            ],
            Errors(input.ThrowIfInvalid));
    }

    [Theory]
    [InlineData("""{"title":"a","title":"a"}""")]
    [InlineData("""{"title":"a","\u0074itle":"b"}""")]
    [InlineData("""{"title":1,"title":"b"}""")]
    public async Task A_member_is_sent_once_however_its_name_is_spelled(string json)
    {
        var input = await ReadAsync(json);
        input.Required(_title);
        Assert.Equal([("title", "must not be sent twice.")], Errors(input.ThrowIfInvalid));
    }

    [Fact]
    public async Task A_rule_of_several_members_adds_to_a_member_that_is_right()
    {
        var input = await ReadAsync("""{"title":"a","estimated_budget":-1}""");
        input.Required(_title);
        input.Required(_budget);
        input.Refuse(_title, "is taken.");
        input.Refuse(_budget, "is too small.");
        Assert.Equal(("title", "is taken."), Errors(input.ThrowIfInvalid)[^1]);
        Assert.DoesNotContain(("estimated_budget", "is too small."), Errors(input.ThrowIfInvalid));
    }

    [Theory]
    [InlineData("", "A JSON object is required.")]
    [InlineData("[]", "must be a JSON object.")]
    [InlineData("\"a\"", "must be a JSON object.")]
    [InlineData("null", "must be a JSON object.")]
    [InlineData("{\"title\":", "Not valid JSON at line 1, byte 10.")]
    [InlineData("{\n\"title\":x}", "Not valid JSON at line 2, byte 9.")]
    [InlineData("{} {}", "Not valid JSON at line 1, byte 4.")]
    [InlineData("{\"title\":\"a\",}", "Not valid JSON at line 1, byte 14.")]
    [InlineData("{/**/}", "Not valid JSON at line 1, byte 2.")]
    [InlineData("{'title':'a'}", "Not valid JSON at line 1, byte 2.")]
    [InlineData("{\"title\":NaN}", "Not valid JSON at line 1, byte 10.")]
    [InlineData("{\"estimated_budget\":01}", "Not valid JSON at line 1, byte 22.")]
    [InlineData("{\"estimated_budget\":+1}", "Not valid JSON at line 1, byte 21.")]
    [InlineData("{\"estimated_budget\":.5}", "Not valid JSON at line 1, byte 21.")]
    [InlineData("{\"a\\u0000b\":1}", "A member's name must not contain NUL.")]
    [InlineData("{\"\\ud800\":1}", "A member's name must be valid Unicode text.")]
    [InlineData("\ufeff{}", "Not valid JSON at line 1, byte 1.")]
    public async Task What_is_no_JSON_object_is_refused_as_a_whole(string body, string message)
    {
        var refused = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(body));
        Assert.Equal([("$", message)], Errors(refused));
    }

    [Fact]
    public async Task A_body_of_another_depth_is_refused()
    {
        var refused = await Assert.ThrowsAsync<ApiException>(() => ReadAsync($"{{\"a\":{new string('[', 16)}{new string(']', 16)}}}"));
        Assert.Equal("$", Errors(refused)[0].Member);
        await ReadAsync($"{{\"a\":{new string('[', 15)}{new string(']', 15)}}}");
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        byte[] body = [.. "{\"title\":\""u8, 0xff, .. "\"}"u8];
        var input = await ReadAsync(body);
        input.Required(_title);
        Assert.Equal([("title", "must be valid Unicode text.")], Errors(input.ThrowIfInvalid));
    }

    [Fact]
    public async Task The_bytes_are_kept_as_they_came() => Assert.Equal("{ }"u8.ToArray(), (await ReadAsync("{ }")).Bytes.ToArray());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/problem+json")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json, text/plain")]
    public async Task A_body_of_another_kind_is_415(string? type) =>
        Assert.Equal(
            415, (await Assert.ThrowsAsync<ApiException>(() => JsonInput.ReadAsync(Request("{}"u8.ToArray(), type), default))).Status);

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; Charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; profile=x")]
    public async Task A_media_type_has_no_case(string type) =>
        Assert.NotNull(await JsonInput.ReadAsync(Request("{}"u8.ToArray(), type), default));

    [Fact]
    public async Task An_encoded_body_is_415()
    {
        var request = Request("{}"u8.ToArray(), "application/json");
        request.Headers.ContentEncoding = "gzip";
        Assert.Equal(415, (await Assert.ThrowsAsync<ApiException>(() => JsonInput.ReadAsync(request, default))).Status);
    }

    [Fact]
    public void Whatever_is_sent_is_read_or_refused() => Gen.OneOf(
        Gen.OneOf(
            "{", "}", "[", "]", "\"", ":", ",", "title", "estimated_budget", "1", "e", "-", ".", "null", "true", "\\u0000", "\\ud800", " ",
            "\n", "é").Array[0, 30]
            .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))),
        Gen.Byte.Array[0, 30]).Sample(bytes =>
    {
        try
        {
            var input = ReadAsync(bytes).GetAwaiter().GetResult();
            input.Required(_title);
            input.Optional(_budget, 1);
            input.ThrowIfInvalid();
            Assert.True(JsonDocument.Parse(bytes).RootElement.TryGetProperty("title", out _));
        }
        catch (ApiException refused)
        {
            Assert.Equal(400, refused.Status);
            Assert.NotEmpty(refused.Errors!);
        }
    });

    private static Task<JsonInput> ReadAsync(string body) => ReadAsync(Encoding.UTF8.GetBytes(body));

    private static Task<JsonInput> ReadAsync(byte[] body) => JsonInput.ReadAsync(Request(body, "application/json"), default);

    private static HttpRequest Request(byte[] body, string? type) =>
        new DefaultHttpContext { Request = { Body = new MemoryStream(body), ContentType = type, ContentLength = body.Length } }.Request;

    private static (string Member, string Message)[] Errors(Action action) => Errors(Assert.Throws<ApiException>(action));

    private static (string Member, string Message)[] Errors(ApiException refused) =>
        [.. refused.Errors!.SelectMany(error => error.Value.Select(message => (error.Key, message)))];
}
