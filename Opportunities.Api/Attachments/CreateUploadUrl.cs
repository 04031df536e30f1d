using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Attachments;

/// <summary>Where and how to upload a file.</summary>
/// <param name="Url">Takes one PUT with the file's bytes; the URL is the permission.</param>
/// <param name="UploadHeaders">The headers that the PUT must carry, beside a Content-Length of the announced size.</param>
/// <param name="Key">Names the file to the completion of the upload.</param>
/// <param name="ExpiresAt">Until when the URL works, UTC.</param>
public sealed record AttachmentUpload(
    [property: JsonPropertyName("upload_url"), MaxLength(AttachmentMembers.MaxUrlLength)] string Url,
    IReadOnlyDictionary<string, string> UploadHeaders,
    [property: MaxLength(AttachmentMembers.MaxKeyLength)] string Key,
    DateTime ExpiresAt);

/// <summary><c>POST /opportunities/{id}/attachments/upload-url</c></summary>
internal static class CreateUploadUrl
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder group) => group.MapPost("upload-url", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("CreateAttachmentUploadUrl")
        .WithSummary("Begin the upload of a file")
        .WithDescription(
            "Then PUT the bytes to upload_url with upload_headers, and complete the upload with the key. A file that is not completed "
            + "within a day is deleted.")
        .HonoursIfMatch();

    private static async Task<Ok<AttachmentUpload>> HandleAsync(
        string id, Body body, HttpContext context, OpportunityWriter writer, IObjectStore store, TimeProvider time)
    {
        var opportunity = await writer.EnsureEditableAsync(context, Ids.Parse(id));
        var key = ObjectKey.New(opportunity.Id, body.FileName, body.ContentType, body.FileSize);
        var expiresAt = Expiry.After(_lifetime, time);
        var upload = await store.SignUploadAsync(key, body.ContentType, body.FileSize, expiresAt);
        context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return TypedResults.Ok(new AttachmentUpload(upload.Url, upload.Headers, key.ToString(), expiresAt));
    }

    internal sealed record Body(string FileName, string ContentType, long FileSize) : IBody<Body>
    {
        public static Shape<Body> Shape { get; } = new(
            "CreateUploadUrl", "The file that is going to be uploaded.",
            """{"file_name":"offer.pdf","content_type":"application/pdf","file_size":48213}""",
            static input => new(
                input.Required(AttachmentMembers.FileName),
                input.Required(AttachmentMembers.ContentType),
                input.Required(AttachmentMembers.FileSize)));
    }
}
