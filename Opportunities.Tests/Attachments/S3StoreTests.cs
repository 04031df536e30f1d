using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Attachments;

/// <summary>Attachments in S3, at pre-signed URLs.</summary>
[Collection(SystemCollection.Name)]
public sealed class S3StoreTests(TestSystem whole, S3System system) : AttachmentTests(system, whole), IClassFixture<S3System>
{
    private readonly S3System _system = system;

    // The server of these tests takes any signature; S3 itself refuses what differs, as is computed here.
    [Fact]
    public async Task An_upload_url_is_signed_for_one_file_of_the_announced_type_and_length()
    {
        using var client = await _system.ClientAsync();
        var upload = await client.AnnounceAsync(await client.CreateAsync());
        var url = new Uri(upload["upload_url"]!.ToString());
        var query = QueryHelpers.ParseQuery(url.Query);
        Assert.Equal($"/attachments/{upload["key"]}", url.AbsolutePath);
        Assert.Equal("content-length;content-type;host;if-none-match", query["X-Amz-SignedHeaders"]);
        Assert.InRange(int.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture), 600, 901);

        var headers = upload["upload_headers"]!.AsObject()
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value!.ToString());
        headers["content-length"] = "3000";
        Assert.True(SignatureV4.IsValid("PUT", url, headers, "S3RVER"));
        foreach (var (name, other) in new[] { ("content-length", "3001"), ("content-type", "text/html"), ("if-none-match", "") })
        {
            var changed = new Dictionary<string, string>(headers) { [name] = other };
            Assert.False(SignatureV4.IsValid("PUT", url, changed, "S3RVER"), $"{name} is not signed.");
        }
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
            await Eventually.TrueAsync(async () => await anonymous.HealthAsync("storage") == "degraded");
        }
        finally
        {
            await _system.Server.ResumeAsync();
        }

        await Eventually.TrueAsync(async () => await anonymous.HealthAsync("storage") == "healthy");
        using var repeated = await client.CompleteAsync(id, key);
        await repeated.JsonAsync(HttpStatusCode.Created);
    }

    private protected override (Dictionary<string, string?> Settings, string Directory) FreshStore() =>
        (_system.Server.Settings("orphans"), _system.Server.DirectoryOf("orphans"));
}
