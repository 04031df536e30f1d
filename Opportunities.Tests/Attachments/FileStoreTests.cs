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
        using var fetched = await AttachmentClient.FetchAsync(await client.DownloadUrlAsync(id, await completed.JsonAsync(HttpStatusCode.Created)));
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
        using var nothing = await AttachmentClient.FetchAsync($"{new Uri(url).GetLeftPart(UriPartial.Authority)}/files/..%2f..%2fetc%2fpasswd");
        await nothing.ProblemAsync(HttpStatusCode.Forbidden);
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
