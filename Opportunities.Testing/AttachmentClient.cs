using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Opportunities.Testing;

/// <summary>The steps of an upload, as a consumer of the API takes them.</summary>
internal static class AttachmentClient
{
    public static readonly byte[] Content = [.. Enumerable.Range(0, 3000).Select(i => (byte)i)];

    private static readonly HttpClient _store = new() { Timeout = TimeSpan.FromMinutes(2) };

    public static string Of(string id) => $"{ApiClient.Opportunities}/{id}/attachments";

    /// <summary>What is announced of <see cref="Content"/>.</summary>
    public static JsonObject File(string fileName = "offer.pdf") => new()
    {
        ["file_name"] = fileName,
        ["content_type"] = "application/pdf",
        ["file_size"] = Content.Length,
    };

    /// <summary>Asks for an upload URL.</summary>
    public static async Task<JsonNode> AnnounceAsync(this HttpClient client, string id, JsonObject? file = null)
    {
        using var response = await client.SendAsync(HttpMethod.Post, $"{Of(id)}/upload-url", (file ?? File()).ToJsonString());
        return await response.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>Sends bytes to an upload URL, with the headers that it asks for.</summary>
    public static async Task<HttpResponseMessage> UploadAsync(JsonNode upload, byte[]? content = null, string? contentType = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload["upload_url"]!.GetValue<string>())
        {
            Content = new ByteArrayContent(content ?? Content),
        };
        foreach (var (name, value) in upload["upload_headers"]!.AsObject())
        {
            if (name == "Content-Type")
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType ?? value!.GetValue<string>());
            else request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }

        return await _store.SendAsync(request);
    }

    public static Task<HttpResponseMessage> CompleteAsync(
        this HttpClient client, string id, string key, JsonObject? file = null, params (string Name, string Value)[] headers)
    {
        var body = (file ?? File()).DeepClone().AsObject();
        body["key"] = key;
        return client.SendAsync(HttpMethod.Post, $"{Of(id)}/complete", body.ToJsonString(), headers);
    }

    /// <summary>Uploads <see cref="Content"/> and gives its key.</summary>
    public static async Task<string> StoreAsync(this HttpClient client, string id, JsonObject? file = null)
    {
        var upload = await client.AnnounceAsync(id, file);
        using var stored = await UploadAsync(upload);
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        return upload["key"]!.GetValue<string>();
    }

    /// <summary>Adds <see cref="Content"/> to an opportunity and gives the attachment.</summary>
    public static async Task<JsonNode> AttachAsync(this HttpClient client, string id, JsonObject? file = null)
    {
        var key = await client.StoreAsync(id, file);
        using var completed = await client.CompleteAsync(id, key, file);
        return await completed.JsonAsync(HttpStatusCode.Created);
    }

    /// <summary>Fetches what a URL of the store gives, without a token.</summary>
    public static Task<HttpResponseMessage> FetchAsync(string url) => _store.GetAsync(url);

    public static async Task<string> DownloadUrlAsync(this HttpClient client, string id, JsonNode attachment) =>
        (await client.GetJsonAsync($"{Of(id)}/{attachment["id"]}/download-url"))["download_url"]!.GetValue<string>();

    public static async Task<int> VersionAsync(this HttpClient client, string id) =>
        (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["version"]!.GetValue<int>();
}
