using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Attachments;

/// <summary>Attachments in a directory, at signed URLs of the API itself.</summary>
[Collection(SystemCollection.Name)]
public sealed class FileStoreTests(TestSystem system) : AttachmentTests(system, system), IDisposable
{
    private readonly TestDirectory _fresh = new();
    private readonly TestSystem _system = system;

    [Fact]
    public async Task An_upload_url_takes_one_file_of_the_announced_type_and_length()
    {
        using var client = await _system.ClientAsync();
        var upload = await client.AnnounceAsync(await client.CreateAsync());
        using var otherType = await AttachmentClient.UploadAsync(upload, null, "text/html");
        await otherType.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        using var otherLength = await AttachmentClient.UploadAsync(upload, [1, 2, 3]);
        Assert.Equal(["Content-Length"], await otherLength.OffendingAsync());
        using var withoutLength = await SendChunkedAsync(upload);
        Assert.Equal(["Content-Length"], await withoutLength.OffendingAsync());
        using var first = await AttachmentClient.UploadAsync(upload);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await AttachmentClient.UploadAsync(upload);
        await second.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task The_largest_file_goes_through()
    {
        using var client = await _system.ClientAsync();
        var id = await client.CreateAsync();
        var content = new byte[50 << 20];
        Random.Shared.NextBytes(content);
        var file = AttachmentClient.File();
        file["file_size"] = content.Length;
        var upload = await client.AnnounceAsync(id, file);
        using var sent = await AttachmentClient.UploadAsync(upload, content);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        using var completed = await client.CompleteAsync(id, upload["key"]!.ToString(), file);
        using var fetched = await AttachmentClient.FetchAsync(
            await client.DownloadUrlAsync(id, await completed.JsonAsync(HttpStatusCode.Created)));
        Assert.Equal(content, await fetched.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_signed_url_permits_what_it_was_made_for()
    {
        using var client = await _system.ClientAsync();
        var id = await client.CreateAsync();
        var upload = await client.AnnounceAsync(id);
        using var read = await AttachmentClient.FetchAsync(upload["upload_url"]!.ToString());
        await read.ProblemAsync(HttpStatusCode.Forbidden);

        var url = await client.DownloadUrlAsync(id, await client.AttachAsync(id));
        var forged = new JsonObject { ["upload_url"] = url, ["upload_headers"] = new JsonObject { ["Content-Type"] = "application/pdf" } };
        using var written = await AttachmentClient.UploadAsync(forged);
        await written.ProblemAsync(HttpStatusCode.Forbidden);
        var (head, last) = (url[..^10], url[^10]);
        using var tampered = await AttachmentClient.FetchAsync($"{head}{(last == 'A' ? 'B' : 'A')}{url[^9..]}");
        await tampered.ProblemAsync(HttpStatusCode.Forbidden);
        using var nothing = await AttachmentClient.FetchAsync(
            $"{new Uri(url).GetLeftPart(UriPartial.Authority)}/files/..%2f..%2fetc%2fpasswd");
        await nothing.ProblemAsync(HttpStatusCode.Forbidden);
    }

    /// <summary>Headers, the answer's status, and how many of the 3,000 bytes it has.</summary>
    public static TheoryData<string, string, string, int, int> Fetches => new()
    {
        { "GET", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "", 200, 3000 },
        { "GET", "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT", "", 200, 3000 },
        { "GET", "Range: bytes=0-3", "", 206, 4 },
        { "GET", "Range: bytes=2990-", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", 206, 10 },
        { "GET", "Range: bytes=-5", "", 206, 5 },
        { "GET", "Range: bytes=0-0,2-2", "", 200, 3000 },
        { "GET", "Range: lines=1-2", "", 200, 3000 },
        { "GET", "Range: bytes=3000-", "", 416, 0 },
        { "GET", "Range: bytes=99999999-", "", 416, 0 },
        { "GET", "Range: bytes=0-3", "If-Range: {tag}", 206, 4 },
        { "GET", "Range: bytes=0-3", "If-Range: W/{tag}", 200, 3000 },
        { "GET", "Range: bytes=0-3", "If-Range: \"other\"", 200, 3000 },
        { "GET", "Range: bytes=0-3", "If-Range: Thu, 01 Jan 2099 00:00:00 GMT", 200, 3000 },
        { "GET", "Range: bytes=3000-", "If-Range: \"other\"", 200, 3000 },
        { "GET", "If-None-Match: {tag}", "", 304, 0 },
        { "GET", "If-None-Match: \"other\", W/{tag}", "", 304, 0 },
        { "GET", "If-None-Match: *", "Range: bytes=3000-", 304, 0 },
        { "GET", "If-None-Match: \"other\"", "", 200, 3000 },
        { "GET", "If-None-Match: other", "", 400, 0 },
        { "GET", "If-Match: {tag}", "Range: bytes=0-3", 206, 4 },
        { "GET", "If-Match: \"other\"", "", 412, 0 },
        { "GET", "If-Match: W/{tag}", "", 412, 0 },
        { "GET", "If-Match: *, {tag}", "", 400, 0 },
        { "HEAD", "Range: bytes=0-3", "", 200, 0 },
        { "HEAD", "Range: bytes=3000-", "", 200, 0 },
        { "HEAD", "If-None-Match: {tag}", "", 304, 0 },
    };

    [Theory]
    [MemberData(nameof(Fetches))]
    public async Task A_file_is_given_whole_in_part_or_refused_and_only_entity_tags_condition_it(
        string method, string first, string second, int status, int length)
    {
        using var client = await _system.ClientAsync();
        var id = await client.CreateAsync();
        var url = await client.DownloadUrlAsync(id, await client.AttachAsync(id));
        using var anonymous = await _system.ClientAsync(clientId: null);
        using var whole = await anonymous.GetAsync(url);
        var headers = new[] { first, second }.Where(line => line.Length > 0)
            .Select(line => line.Replace("{tag}", whole.Headers.ETag?.Tag ?? "\"none\"", StringComparison.Ordinal).Split(": ", 2))
            .Select(pair => (pair[0], pair[1]));
        using var answer = await anonymous.SendAsync(new HttpMethod(method), url, null, [.. headers]);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(
            ("no-store", "nosniff"),
            (answer.Headers.CacheControl?.ToString(), answer.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Null(answer.Content.Headers.LastModified);
        if (status >= 400)
        {
            await answer.ProblemAsync((HttpStatusCode)status);
            Assert.Equal(status == 416 ? "bytes */3000" : "", answer.Content.Headers.ContentRange?.ToString() ?? "");
            Assert.Null(answer.Content.Headers.ContentDisposition);
            return;
        }

        Assert.Equal(whole.Headers.ETag!, answer.Headers.ETag);
        Assert.Equal(length, (await answer.Content.ReadAsByteArrayAsync()).Length);
        if (method == "HEAD" && status == 200) Assert.Equal(3000, answer.Content.Headers.ContentLength);
    }

    public void Dispose() => _fresh.Dispose();

    private protected override (Dictionary<string, string?> Settings, string Directory) FreshStore() =>
        (new Dictionary<string, string?> { ["Attachments__Directory"] = _fresh.Path }, _fresh.Path);

    private static async Task<HttpResponseMessage> SendChunkedAsync(JsonNode upload)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, upload["upload_url"]!.ToString())
        {
            Content = new StreamContent(new MemoryStream(AttachmentClient.Content)),
            Headers = { TransferEncodingChunked = true },
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return await client.SendAsync(request);
    }
}
