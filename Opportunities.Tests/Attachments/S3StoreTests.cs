using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Attachments;

/// <summary>Attachments in S3, at pre-signed URLs.</summary>
[Collection(SystemCollection.Name)]
public sealed class S3StoreTests(TestSystem whole, S3System system) : AttachmentTests(system, whole), IClassFixture<S3System>
{
    private readonly S3System _system = system;

    // The server of these tests takes any signature; S3 itself refuses what differs from the signed headers.
    [Fact]
    public async Task An_upload_url_is_signed_for_one_file_of_the_announced_type_and_length()
    {
        using var client = await _system.ClientAsync();
        var upload = await client.AnnounceAsync(await client.CreateAsync());
        var url = new Uri(upload["upload_url"]!.ToString());
        var query = QueryHelpers.ParseQuery(url.Query);
        Assert.Equal($"/attachments/{upload["key"]}", url.AbsolutePath);
        Assert.Equal("content-length;content-type;host;if-none-match", query["X-Amz-SignedHeaders"]);
        Assert.InRange(int.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture), 600, 900);
        Assert.Equal("*", upload["upload_headers"]!["If-None-Match"]!.ToString());
    }

    [Fact]
    public async Task Without_the_store_opportunities_go_on_and_what_needs_it_is_503()
    {
        using var client = await _system.ClientAsync();
        using var anonymous = await _system.ClientAsync(null);
        var id = await client.CreateAsync();
        var attachment = await client.AttachAsync(id);
        var key = await client.StoreAsync(id);
        await _system.Server.KillAsync();
        try
        {
            using var completed = await client.CompleteAsync(id, key);
            await completed.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(completed.Headers.RetryAfter);
            Assert.Equal(2, await client.VersionAsync(id));
            using var deleted = await client.DeleteAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}");
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            await Eventually.TrueAsync(async () => await StorageAsync(anonymous) == "degraded", TimeSpan.FromSeconds(5));
        }
        finally
        {
            await _system.Server.ResumeAsync();
        }

        await Eventually.TrueAsync(async () => await StorageAsync(anonymous) == "healthy", TimeSpan.FromSeconds(5));
        using var repeated = await client.CompleteAsync(id, key);
        await repeated.JsonAsync(HttpStatusCode.Created);
    }

    private protected override (Dictionary<string, string?> Settings, string Directory) FreshStore() =>
        (_system.Server.Settings("orphans"), _system.Server.DirectoryOf("orphans"));

    private static async Task<string> StorageAsync(HttpClient client) =>
        (await client.GetJsonAsync("/health/detailed"))["components"]!["storage"]!["status"]!.GetValue<string>();
}
