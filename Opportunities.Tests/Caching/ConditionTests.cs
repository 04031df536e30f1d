using System.Globalization;
using System.Net;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Caching;

/// <summary>
/// Only <c>If-Match</c> and <c>If-None-Match</c> condition a request, whether its answer comes from the database or from the cache.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class ConditionTests(TestSystem system) : IAsyncLifetime
{
    private HttpClient _client = null!;
    private string _id = null!;

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        _id = await _client.CreateAsync();
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    public static TheoryData<string, string> Ignored => new()
    {
        { "If-Modified-Since", Date(1) }, { "If-Modified-Since", Date(-1) }, { "If-Modified-Since", "yesterday" },
        { "If-Unmodified-Since", Date(-1) }, { "If-Range", "\"1\"" }, { "If-Range", Date(1) }, { "Range", "bytes=0-3" },
        { "Range", "bytes=99999999-" }, { "Cache-Control", "no-cache" },
        { "Cache-Control", "no-store" }, { "Cache-Control", "max-age=0" }, { "Cache-Control", "only-if-cached" },
        { "Cache-Control", "max-stale=1000" }, { "Pragma", "no-cache" },
    };

    [Theory]
    [MemberData(nameof(Ignored))]
    public async Task Other_conditions_and_wishes_change_no_answer(string name, string value)
    {
        using var written = await _client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{_id}", new { title = $"{name}: {value}" }, (name, value));
        await written.JsonAsync(HttpStatusCode.OK);
        foreach (var path in (string[])["", $"/{_id}", $"/{_id}/problem-statements", "/summary", $"/{_id}/history"])
        {
            // The first answer comes from the database, and at least the last one from the cache.
            var answers = new List<string>();
            for (var n = 0; n < 3; n++)
            {
                using var answer = await _client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}{path}", null, (name, value));
                answers.Add((await answer.JsonAsync(HttpStatusCode.OK)).ToJsonString());
            }

            answers.Add((await _client.GetJsonAsync($"{ApiClient.Opportunities}{path}")).ToJsonString());
            // A cursor is another one each time that it is made.
            if (path.Length > 0) Assert.Single(answers.Distinct());
        }
    }

    [Fact]
    public async Task A_client_that_sends_the_date_of_its_copy_back_gets_what_was_written_since()
    {
        using var first = await _client.GetAsync($"{ApiClient.Opportunities}/{_id}");
        using var written = await _client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{_id}", new { title = "After" });
        await _client.GetJsonAsync($"{ApiClient.Opportunities}/{_id}");
        // Of the same second, where the machine is quick enough; and later than any copy can be.
        foreach (var date in (string[])[first.Headers.Date!.Value.ToString("R", CultureInfo.InvariantCulture), Date(1)])
        {
            using var again = await _client.SendAsync(
                HttpMethod.Get, $"{ApiClient.Opportunities}/{_id}", null, ("If-Modified-Since", date));
            Assert.Equal("After", (string?)(await again.JsonAsync(HttpStatusCode.OK))["title"]);
        }
    }

    [Fact]
    public async Task A_cached_answer_is_of_now()
    {
        using var first = await _client.GetAsync($"{ApiClient.Opportunities}/{_id}");
        await Eventually.TrueAsync(async () =>
        {
            using var cached = await _client.GetAsync($"{ApiClient.Opportunities}/{_id}");
            Assert.Null(cached.Headers.Age);
            return cached.Headers.Date > first.Headers.Date;
        }, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("W/\"1\"")]
    [InlineData("*")]
    [InlineData("\"7\", W/\"1\"")]
    [InlineData("\"a\",\"b\" , \"1\"")]
    public async Task If_None_Match_compares_weakly_and_with_each_of_a_list(string tags)
    {
        for (var n = 0; n < 2; n++)
        {
            using var known = await _client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}/{_id}", null, ("If-None-Match", tags));
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
            Assert.Equal("\"1\"", known.Headers.ETag!.ToString());
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("not a tag")]
    [InlineData("\"1")]
    [InlineData("'1'")]
    [InlineData("\"1\" \"2\"")]
    [InlineData("*, \"1\"")]
    [InlineData("")]
    public async Task If_None_Match_that_is_no_list_of_entity_tags_is_400_as_in_a_write(string tags)
    {
        foreach (var path in (string[])["", $"/{_id}", $"/{_id}/problem-statements", $"/{_id}/history", "/summary"])
        {
            // From the database, and where an answer is cached.
            for (var n = 0; n < 2; n++)
            {
                using var refused = await _client.SendAsync(
                    HttpMethod.Get, $"{ApiClient.Opportunities}{path}", null, ("If-None-Match", tags));
                Assert.Equal(["If-None-Match"], await refused.OffendingAsync());
                await _client.GetJsonAsync($"{ApiClient.Opportunities}{path}");
            }
        }
    }

    [Fact]
    public async Task A_condition_that_cannot_be_read_is_400_in_a_creation_too()
    {
        using var refused = await _client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString(), ("If-Match", "2"));
        Assert.Equal(["If-Match"], await refused.OffendingAsync());
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("W/\"2\"")]
    [InlineData("\"11\", \"\"")]
    public async Task If_None_Match_with_other_tags_gets_the_answer(string tags)
    {
        for (var n = 0; n < 2; n++)
        {
            using var read = await _client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}/{_id}", null, ("If-None-Match", tags));
            await read.JsonAsync(HttpStatusCode.OK);
        }
    }

    // The first answer comes from the database, and at least the last one from the cache.
    [Theory]
    [InlineData("*")]
    [InlineData("\"1\"")]
    public async Task What_has_no_version_is_answered_whatever_the_caller_has(string tags)
    {
        foreach (var path in (string[])["", "?size=1", "/summary"])
        {
            for (var n = 0; n < 3; n++)
            {
                using var read = await _client.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}{path}", null, ("If-None-Match", tags));
                await read.JsonAsync(HttpStatusCode.OK);
                Assert.Null(read.Headers.ETag);
            }
        }
    }

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.OK)]
    [InlineData("\"1-gzip\"", HttpStatusCode.OK)]
    [InlineData("\"1--gzip\"", HttpStatusCode.OK)]
    [InlineData("\"1;br\"", HttpStatusCode.OK)]
    [InlineData("\"2-gzip\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1-gzip\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"7\", \"1\"", HttpStatusCode.OK)]
    [InlineData("\"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1\", \"2\"", HttpStatusCode.PreconditionFailed)]
    public async Task If_Match_compares_strongly_and_with_each_of_a_list(string tags, HttpStatusCode expected)
    {
        using var written = await _client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{_id}", new { title = "After" }, ("If-Match", tags));
        if (expected == HttpStatusCode.OK)
        {
            await written.JsonAsync(HttpStatusCode.OK);
            return;
        }

        var detail = (string)(await written.ProblemAsync(expected))["detail"]!;
        Assert.Equal(tags.Contains('W', StringComparison.Ordinal), detail.Contains("weak", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("*", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"2\"", HttpStatusCode.OK)]
    [InlineData("not a tag", HttpStatusCode.BadRequest)]
    public async Task If_None_Match_conditions_a_write_too(string tags, HttpStatusCode expected)
    {
        using var written = await _client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{_id}", new { title = "After" }, ("If-None-Match", tags));
        Assert.Equal(expected, written.StatusCode);
    }

    private static string Date(int days) => DateTimeOffset.UtcNow.AddDays(days).ToString("R", CultureInfo.InvariantCulture);
}
