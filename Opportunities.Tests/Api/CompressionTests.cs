using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>Long answers are compressed as the caller asks, from the database and from the cache.</summary>
[Collection(SystemCollection.Name)]
public sealed class CompressionTests(TestSystem system) : IAsyncLifetime
{
    private HttpClient _client = null!;
    private string _path = null!;

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        _path = $"{ApiClient.Opportunities}/{await _client.CreateAsync(Long())}";
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", null)]
    [InlineData("identity;q=0", null)]
    [InlineData("not a coding", null)]
    public async Task An_answer_is_the_same_in_every_coding(string accepted, string? coding)
    {
        foreach (var path in (string[])[_path, $"{_path}/history", $"{ApiClient.Opportunities}?size=1", "/api/v1/openapi.json"])
        {
            var isList = path.Contains('?', StringComparison.Ordinal);
            var expected = await _client.GetStringAsync(path);
            // The first answer comes from the database, and at least the last one from the cache.
            for (var n = 0; n < 3; n++)
            {
                using var answer = await GetAsync(path, accepted);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                // Others write meanwhile.
                if (isList) continue;
                Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
                Assert.Equal(["Accept-Encoding"], answer.Headers.Vary);
                Assert.Equal(expected, await TextAsync(answer));
                if (path == _path) Assert.Equal("\"1\"", answer.Headers.ETag!.ToString());
            }
        }
    }

    [Fact]
    public async Task A_list_a_summary_and_what_was_written_are_compressed()
    {
        using var list = await GetAsync($"{ApiClient.Opportunities}?size=100", "gzip");
        using var written = await _client.SendAsync(HttpMethod.Put, _path, new { title = "After" }, ("Accept-Encoding", "gzip"));
        using var created = await _client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities, Long().ToJsonString(), ("Accept-Encoding", "gzip"));
        foreach (var answer in (HttpResponseMessage[])[list, written, created])
        {
            Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
            Assert.StartsWith("{", await TextAsync(answer));
        }

        Assert.Equal("\"2\"", written.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task A_short_answer_goes_out_as_it_is()
    {
        var item = $"{ApiClient.Opportunities}/{await _client.CreateAsync()}";
        using var shown = await GetAsync(item, "br");
        using var missing = await GetAsync($"{ApiClient.Opportunities}/{Guid.NewGuid()}", "br");
        using var refused = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, new { }, ("Accept-Encoding", "br"));
        using var stranger = await system.ClientAsync(null);
        using var unknown = await stranger.SendAsync(HttpMethod.Get, item, null, ("Accept-Encoding", "br"));
        foreach (var answer in (HttpResponseMessage[])[shown, missing, refused, unknown])
        {
            Assert.Empty(answer.Content.Headers.ContentEncoding);
            Assert.Equal(["Accept-Encoding"], answer.Headers.Vary);
            await answer.JsonAsync();
        }
    }

    [Fact]
    public async Task A_long_problem_is_compressed()
    {
        var file = CsvClient.File([CsvClient.Header, .. Enumerable.Repeat("Title,,,,,,", 50)]);
        using var refused = await _client.ImportAsync(file, ("Accept-Encoding", "gzip"));
        Assert.Equal((HttpStatusCode.BadRequest, "gzip"), (refused.StatusCode, refused.Content.Headers.ContentEncoding.SingleOrDefault()));
        Assert.Contains("\"51.description\"", await TextAsync(refused));
    }

    [Fact]
    public async Task Health_has_one_form()
    {
        foreach (var path in (string[])["/health", "/health/detailed", "/alive"])
        {
            using var answer = await GetAsync(path, "br");
            Assert.Empty(answer.Content.Headers.ContentEncoding);
            Assert.Empty(answer.Headers.Vary);
        }
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET()
    {
        using var get = await GetAsync(_path, "br");
        using var head = await _client.SendAsync(HttpMethod.Head, _path, null, ("Accept-Encoding", "br"));
        Assert.Equal(get.Content.Headers.ContentEncoding, head.Content.Headers.ContentEncoding);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("\"1-br\"")]
    [InlineData("\"1--gzip\"")]
    [InlineData("W/\"1\"")]
    [InlineData("W/\"1;br\"")]
    public async Task What_is_known_is_304_and_varies_too(string tag)
    {
        for (var n = 0; n < 2; n++)
        {
            using var known = await _client.SendAsync(HttpMethod.Get, _path, null, ("Accept-Encoding", "br"), ("If-None-Match", tag));
            Assert.Equal((HttpStatusCode.NotModified, "\"1\""), (known.StatusCode, known.Headers.ETag!.ToString()));
            Assert.Equal(["Accept-Encoding"], known.Headers.Vary);
            Assert.Empty(known.Content.Headers.ContentEncoding);
        }
    }

    [Fact]
    public async Task An_export_is_compressed_as_it_is_streamed()
    {
        var name = CsvClient.NewClientName();
        using var imported = await _client.ImportAsync(
            CsvClient.File([CsvClient.Header, .. Enumerable.Range(0, 500).Select(n => CsvClient.Row($"Row {n}", name))]));
        var path = $"{CsvClient.Export}?client_name={Uri.EscapeDataString(name)}";
        var expected = await _client.GetStringAsync(path);
        foreach (var coding in (string[])["br", "gzip"])
        {
            using var answer = await GetAsync(path, coding);
            Assert.Equal([coding], answer.Content.Headers.ContentEncoding);
            Assert.Equal(expected, await TextAsync(answer));
        }
    }

    private static JsonObject Long()
    {
        var members = ApiClient.Valid();
        members["description"] = new string('a', 5_000);
        return members;
    }

    private Task<HttpResponseMessage> GetAsync(string path, string accepted) =>
        _client.SendAsync(HttpMethod.Get, path, null, ("Accept-Encoding", accepted));

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStreamAsync();
        await using var plain = answer.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
