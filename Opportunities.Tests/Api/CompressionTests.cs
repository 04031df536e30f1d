using System.IO.Compression;
using System.Net;
using System.Text;

namespace Opportunities.Tests.Api;

/// <summary>Long answers are compressed as the caller asks (RFC 9110, 12.5.3), from the database and from the cache.</summary>
[Collection(SystemCollection.Name)]
public sealed class CompressionTests(TestSystem system) : IAsyncLifetime
{
    private HttpClient _client = null!;
    private string _path = null!;

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        var members = ApiClient.Valid();
        members["description"] = new string('a', 5_000);
        _path = $"{ApiClient.Opportunities}/{await _client.CreateAsync(members)}";
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, br", "br")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("GZIP", "gzip")]
    [InlineData("identity;q=0, gzip", "gzip")]
    [InlineData("gzip;q=0", null)]
    [InlineData("identity", null)]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("deflate, zstd", null)]
    [InlineData("identity;q=0", null)]
    [InlineData("not a coding", null)]
    [InlineData("", null)]
    public async Task The_coding_is_the_one_that_the_caller_prefers(string accepted, string? coding)
    {
        using var plain = await _client.GetAsync(_path);
        var expected = await plain.Content.ReadAsStringAsync();
        for (var n = 0; n < 3; n++)
        {
            using var answer = await _client.SendAsync(HttpMethod.Get, _path, null, ("Accept-Encoding", accepted));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
            Assert.Contains("Accept-Encoding", answer.Headers.Vary);
            Assert.Equal("\"1\"", answer.Headers.ETag!.ToString());
            Assert.Equal(expected, await TextAsync(answer));
        }
    }

    [Fact]
    public async Task A_short_answer_goes_out_as_it_is()
    {
        using var answer = await _client.SendAsync(
            HttpMethod.Get, $"{ApiClient.Opportunities}/{await _client.CreateAsync()}", null, ("Accept-Encoding", "br"));
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
    }

    [Fact]
    public async Task What_is_known_is_304_and_varies_too()
    {
        using var known = await _client.SendAsync(
            HttpMethod.Get, _path, null, ("Accept-Encoding", "br"), ("If-None-Match", "\"1-br\""));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Contains("Accept-Encoding", known.Headers.Vary);
        Assert.Empty(known.Content.Headers.ContentEncoding);
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
            using var answer = await _client.SendAsync(HttpMethod.Get, path, null, ("Accept-Encoding", coding));
            Assert.Equal([coding], answer.Content.Headers.ContentEncoding);
            Assert.Equal(expected, await TextAsync(answer));
        }
    }

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
