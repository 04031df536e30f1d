using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Attachments;

/// <summary>Where to fetch a file.</summary>
/// <param name="Url">Gives the file's bytes; the URL is the permission.</param>
/// <param name="ExpiresAt">Until when the URL works, UTC.</param>
public sealed record AttachmentDownload(
    [property: JsonPropertyName("download_url"), MaxLength(AttachmentMembers.MaxUrlLength)] string Url, DateTime ExpiresAt);

/// <summary><c>GET /opportunities/{id}/attachments/{aid}/download-url</c></summary>
internal static class CreateDownloadUrl
{
    public const string Name = "download-url";

    private static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(5);

    public static void Map(IEndpointRouteBuilder group) => group.MapGet($"{{aid}}/{Name}", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("GetAttachmentDownloadUrl")
        .WithSummary("Get a URL to fetch a file from")
        .WithDescription("Whoever has the URL can fetch the file until it expires.")
        .ProducesProblems(StatusCodes.Status404NotFound);

    private static async Task<Ok<AttachmentDownload>> HandleAsync(
        string id, string aid, HttpContext context, CallerDatabase database, IObjectStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var sql = new SqlBuilder()
            .Add("SELECT object_key, content_type, file_name FROM attachments WHERE opportunity_id = (SELECT id FROM opportunities")
            .AddVisible(caller)
            .Add($" AND id = {Ids.Parse(id)}) AND id = {Ids.Parse(aid)}");
        var files = await database.ReadAsync(
            caller, sql, static row => (Key: row.GetString(0), ContentType: row.GetString(1), Name: row.GetString(2)), cancellationToken);
        if (files is not [var file]) throw ApiException.NotFound();
        if (!ObjectKey.TryParse(file.Key, out var key)) throw new InvalidOperationException($"Attachment {aid} has a malformed key.");
        var expiresAt = Expiry.After(_lifetime, time);
        var url = await store.SignDownloadAsync(key, file.ContentType, file.Name, expiresAt);
        context.Response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        return TypedResults.Ok(new AttachmentDownload(url, expiresAt));
    }
}
