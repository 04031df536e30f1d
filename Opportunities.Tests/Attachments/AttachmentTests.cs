using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Attachments;

/// <summary>What attachments do, wherever their bytes are kept: the same tests for every store.</summary>
public abstract class AttachmentTests(ISystemUnderTest system, TestSystem whole)
{
    private static readonly string[] _shown = ["file_name", "content_type", "file_size", "description", "created_by"];

    [Fact]
    public async Task A_file_is_uploaded_completed_listed_fetched_and_deleted()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var file = AttachmentClient.File();
        file["description"] = "Signed";
        var key = await client.StoreAsync(id);
        using var completed = await client.CompleteAsync(id, key, file);
        var attachment = await completed.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("\"2\"", completed.Headers.ETag!.Tag);
        Assert.Equal(
            "offer.pdf, application/pdf, 3000, Signed, dev-all",
            string.Join(", ", _shown.Select(name => attachment[name]!.ToString())));
        Assert.Null(attachment["object_key"]);

        var listed = (await client.GetJsonAsync(AttachmentClient.Of(id)))["items"]!.AsArray().Single()!;
        Assert.True(JsonNode.DeepEquals(attachment, listed), listed.ToJsonString());
        var opportunity = await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.True(JsonNode.DeepEquals(attachment, opportunity["attachments"]!.AsArray().Single()), opportunity.ToJsonString());

        var url = await client.DownloadUrlAsync(id, attachment);
        using (var fetched = await AttachmentClient.FetchAsync(url))
        {
            Assert.Equal(HttpStatusCode.OK, fetched.StatusCode);
            Assert.Equal("application/pdf", fetched.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", fetched.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal(AttachmentClient.Content, await fetched.Content.ReadAsByteArrayAsync());
        }

        using var deleted = await client.DeleteAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("\"3\"", deleted.Headers.ETag!.Tag);
        Assert.Empty((await client.GetJsonAsync(AttachmentClient.Of(id)))["items"]!.AsArray());
        using var gone = await client.GetAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}/download-url");
        await gone.ProblemAsync(HttpStatusCode.NotFound);
        using var again = await client.DeleteAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}");
        await again.ProblemAsync(HttpStatusCode.NotFound);

        var changes = (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history"))["items"]!.AsArray();
        Assert.Equal(
            [$"attachments/{attachment["id"]}", $"attachments/{attachment["id"]}", "status"],
            changes.Select(change => change!["field_name"]!.ToString()));
        Assert.Equal(changes[1]!["new_value"]!.ToString(), changes[0]!["old_value"]!.ToString());
        Assert.True(
            JsonNode.DeepEquals(attachment, JsonNode.Parse(changes[1]!["new_value"]!.ToString())), changes[1]!["new_value"]!.ToString());
    }

    [Fact]
    public async Task An_upload_url_expires_soon_and_changes_nothing()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var upload = await client.AnnounceAsync(id);
        Assert.StartsWith($"opportunities/{id}/", upload["key"]!.ToString());
        Assert.Equal("application/pdf", upload["upload_headers"]!["Content-Type"]!.ToString());
        var expires = DateTimeOffset.Parse(upload["expires_at"]!.ToString(), CultureInfo.InvariantCulture);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        Assert.Equal(1, await client.VersionAsync(id));
    }

    [Fact]
    public async Task What_is_not_a_file_that_we_take_is_400_naming_everything()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var announced = await client.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url",
            """{"file_name":" ","content_type":"text/html","file_size":52428801,"path":"x"}""");
        Assert.Equal(["content_type", "file_name", "file_size", "path"], await announced.OffendingAsync());
        using var empty = await client.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url",
            new { file_name = new string('n', 256), content_type = "text/csv; charset=utf-8", file_size = 0 });
        Assert.Equal(["content_type", "file_name", "file_size"], await empty.OffendingAsync());
        using var completed = await client.SendAsync(HttpMethod.Post, $"{AttachmentClient.Of(id)}/complete", "{}");
        Assert.Equal(["content_type", "file_name", "file_size", "key"], await completed.OffendingAsync());
    }

    [Fact]
    public async Task Only_what_is_stored_under_a_key_of_the_opportunity_is_completed()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var ofAnother = await client.StoreAsync(await client.CreateAsync());
        var neverSent = (await client.AnnounceAsync(id))["key"]!.ToString();
        var sent = await client.StoreAsync(id);
        string[] keys =
        [
            neverSent, ofAnother, $"opportunities/{id}/{Guid.NewGuid()}", "../../etc/passwd",
            $"opportunities/{id}/../{ofAnother["opportunities/".Length..]}",
            $"opportunities/{id}/", sent.ToUpperInvariant(), $"/{sent}",
        ];
        foreach (var key in keys)
        {
            using var refused = await client.CompleteAsync(id, key);
            await refused.ProblemAsync(HttpStatusCode.Conflict);
        }

        Assert.Equal(1, await client.VersionAsync(id));
    }

    // The document's request has no null there, though the answer has where there is none.
    [Fact]
    public async Task A_description_that_is_null_is_400()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var file = AttachmentClient.File();
        file["description"] = null;
        using var refused = await client.CompleteAsync(id, await client.StoreAsync(id), file);
        Assert.Equal(
            ["description"], (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task What_differs_from_what_was_announced_is_409()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var key = await client.StoreAsync(id);
        foreach (var (name, value) in new (string, JsonNode)[]
        {
            ("file_size", AttachmentClient.Content.Length + 1), ("file_size", AttachmentClient.Content.Length - 1),
            ("content_type", "image/png"), ("file_name", "invoice.pdf"), ("file_name", "Offer.pdf"), ("file_name", "offer.pdf.exe"),
        })
        {
            var file = AttachmentClient.File();
            file[name] = value;
            using var refused = await client.CompleteAsync(id, key, file);
            await refused.ProblemAsync(HttpStatusCode.Conflict);
        }

        Assert.Equal(1, await client.VersionAsync(id));
        // The same text, in another spelling.
        using var completed = await client.CompleteAsync(id, key, AttachmentClient.File(" offer.pdf "));
        await completed.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_upload_that_is_not_as_announced_becomes_no_attachment()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        foreach (var (content, contentType) in new (byte[]?, string?)[] { (AttachmentClient.Content[1..], null), (null, "text/html") })
        {
            var upload = await client.AnnounceAsync(id);
            using var sent = await AttachmentClient.UploadAsync(upload, content, contentType);
            using var refused = await client.CompleteAsync(id, upload["key"]!.ToString());
            await refused.ProblemAsync(HttpStatusCode.Conflict);
        }
    }

    [Fact]
    public async Task A_file_becomes_one_attachment_however_often_it_is_completed()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var key = await client.StoreAsync(id);
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.CompleteAsync(id, key)));
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, responses.Count(response => response.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(2, await client.VersionAsync(id));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("Angebot \"für\" \U0001F40E; final.pdf")]
    [InlineData("a\r\nSet-Cookie: b")]
    public async Task A_file_name_is_shown_and_nothing_else(string fileName)
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var attachment = await client.AttachAsync(id, AttachmentClient.File(fileName));
        Assert.Equal(fileName, attachment["file_name"]!.GetValue<string>());
        using var fetched = await AttachmentClient.FetchAsync(await client.DownloadUrlAsync(id, attachment));
        Assert.Equal(fileName, fetched.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.False(fetched.Headers.Contains("Set-Cookie"));
        Assert.Equal(AttachmentClient.Content, await fetched.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_locked_opportunity_keeps_its_files_as_they_are()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var attachment = await client.AttachAsync(id);
        var key = await client.StoreAsync(id);
        using var cancelled = await client.MoveAsync(id, "CANCELLED");

        using var announced = await client.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url", AttachmentClient.File().ToJsonString());
        await announced.ProblemAsync(HttpStatusCode.Conflict);
        using var completed = await client.CompleteAsync(id, key);
        await completed.ProblemAsync(HttpStatusCode.Conflict);
        using var deleted = await client.DeleteAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}");
        await deleted.ProblemAsync(HttpStatusCode.Conflict);
        using var fetched = await AttachmentClient.FetchAsync(await client.DownloadUrlAsync(id, attachment));
        Assert.Equal(HttpStatusCode.OK, fetched.StatusCode);
    }

    [Fact]
    public async Task If_Match_guards_every_write()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var attachment = await client.AttachAsync(id);
        var key = await client.StoreAsync(id);
        var stale = ("If-Match", "\"1\"");
        using var announced = await client.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url", AttachmentClient.File().ToJsonString(), stale);
        await announced.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var completed = await client.CompleteAsync(id, key, null, stale);
        await completed.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var deleted = await client.SendAsync(HttpMethod.Delete, $"{AttachmentClient.Of(id)}/{attachment["id"]}", null, stale);
        await deleted.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var current = await client.CompleteAsync(id, key, null, ("If-Match", "\"2\""));
        await current.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_representative_has_the_files_of_the_own_opportunities_and_changes_them_in_drafts()
    {
        using var client = await system.ClientAsync();
        using var one = await system.ClientAsync("dev-rep-1");
        using var two = await system.ClientAsync("dev-rep-2");
        var id = await one.CreateAsync();
        var attachment = await one.AttachAsync(id);
        foreach (var path in new[] { "", $"/{attachment["id"]}/download-url" })
        {
            using var hidden = await two.GetAsync($"{AttachmentClient.Of(id)}{path}");
            await hidden.ProblemAsync(HttpStatusCode.NotFound);
        }

        using var foreign = await two.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url", AttachmentClient.File().ToJsonString());
        await foreign.ProblemAsync(HttpStatusCode.NotFound);
        using var reader = await system.ClientAsync("dev-reader");
        using var unable = await reader.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url", AttachmentClient.File().ToJsonString());
        await unable.ProblemAsync(HttpStatusCode.Forbidden);

        using var submitted = await client.MoveAsync(id, "SUBMITTED");
        using var late = await one.SendAsync(
            HttpMethod.Post, $"{AttachmentClient.Of(id)}/upload-url", AttachmentClient.File().ToJsonString());
        await late.ProblemAsync(HttpStatusCode.Forbidden);
        await client.AttachAsync(id);
        Assert.Equal(2, (await one.GetJsonAsync(AttachmentClient.Of(id)))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task With_its_opportunity_a_file_is_out_of_reach()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var attachment = await client.AttachAsync(id);
        using var deleted = await client.DeleteAsync($"{ApiClient.Opportunities}/{id}");
        using var list = await client.GetAsync(AttachmentClient.Of(id));
        await list.ProblemAsync(HttpStatusCode.NotFound);
        using var download = await client.GetAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}/download-url");
        await download.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_file_that_no_attachment_refers_to_is_deleted_when_it_is_old()
    {
        var (settings, directory) = FreshStore();
        settings["Attachments__OrphanAge"] = "00:00:20";
        settings["Attachments__CleaningInterval"] = "00:00:01";
        foreach (var (name, value) in await OwnDatabase.CreateAsync(whole.Local)) settings[name] = value;
        await using var process = await whole.Local.StartAnotherApiAsync(settings);
        using var client = await new OtherApi(process, whole).ClientAsync();
        var id = await client.CreateAsync();
        var kept = await client.StoreAsync(id);
        using var completed = await client.CompleteAsync(id, kept);
        await completed.JsonAsync(HttpStatusCode.Created);
        // What was deleted can be restored, with its files.
        var deleted = await client.CreateAsync();
        var restorable = await client.StoreAsync(deleted);
        using var attached = await client.CompleteAsync(deleted, restorable);
        await attached.JsonAsync(HttpStatusCode.Created);
        using var deletion = await client.DeleteAsync($"{ApiClient.Opportunities}/{deleted}");
        var abandoned = await client.StoreAsync(id);
        Assert.True(IsStored(abandoned));

        await Eventually.TrueAsync(() => !IsStored(abandoned), TimeSpan.FromMinutes(1));
        using var late = await client.CompleteAsync(id, abandoned);
        await late.ProblemAsync(HttpStatusCode.Conflict);
        Assert.True(IsStored(kept));
        Assert.True(IsStored(restorable));

        bool IsStored(string key) => Directory.EnumerateFiles(directory, $"{key.Split('/')[^1]}*", SearchOption.AllDirectories).Any();
    }

    /// <summary>
    /// What an API must be told to keep attachments in a store that no other one uses, and where that store has its files.
    /// </summary>
    private protected abstract (Dictionary<string, string?> Settings, string Directory) FreshStore();

    private sealed class OtherApi(ServiceProcess process, TestSystem whole) : ISystemUnderTest
    {
        public Uri Api => process.BaseAddress;

        public Task<string> TokenAsync(string clientId) => whole.TokenAsync(clientId);
    }
}
