using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Writing;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Attachments;

/// <summary><c>POST /opportunities/{id}/attachments/complete</c></summary>
internal static class CompleteUpload
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("complete", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("CompleteAttachmentUpload")
        .WithSummary("Add an uploaded file to the opportunity")
        .WithDescription("409 where no file was uploaded under the key, or its name, content type or size is not what was announced.")
        .HonoursIfMatch();

    private static async Task<Created<AttachmentResponse>> HandleAsync(
        string id, Body body, HttpContext context, OpportunityWriter writer, IObjectStore store, IOptions<AttachmentOptions> options,
        TimeProvider time)
    {
        var opportunityId = Ids.Parse(id);
        var values = body.Values;

        // The store is asked between two looks at the opportunity, so that its row is not locked meanwhile.
        await writer.EnsureEditableAsync(context, opportunityId);
        var now = time.GetUtcNow().UtcDateTime;
        if (!ObjectKey.TryParse(body.Key, out var key)
            || key.OpportunityId != opportunityId
            || await store.FindAsync(key, context.RequestAborted) is not { } stored
            || OrphanCleaner.IsNearlyAbandoned(stored, options.Value, now))
        {
            throw ApiException.Conflict("No file is stored under a key that was given out for this opportunity.");
        }

        if (stored.Size != values.FileSize || stored.ContentType != values.ContentType)
            throw ApiException.Conflict($"The stored file differs: it has {stored.Size} bytes and the content type {stored.ContentType}.");
        if (!key.WasAnnounced(values.FileName, values.ContentType, values.FileSize))
            throw ApiException.Conflict("The file was announced under another name.");

        await using var change = await writer.BeginAsync(context, opportunityId);
        change.EnsureAllowed(change.Caller.MayEdit(change.Opportunity));
        var attachment = Attachment.Create(values, key.ToString(), change.Caller.Subject);
        change.Opportunity.Add(attachment, change.Now());
        await change.SaveAsync();
        return TypedResults.Created(
            $"{OpportunityRoutes.Prefix}/{opportunityId}/attachments/{attachment.Id}/{CreateDownloadUrl.Name}",
            AttachmentResponse.From(attachment));
    }

    internal sealed record Body(string Key, Attachment.Values Values) : IBody<Body>
    {
        public static Shape<Body> Shape { get; } = new(
            "CompleteUpload", "The file that was uploaded.",
            """
            {"key":"opportunities/0198a1b2-0000-7000-8000-000000000001/0198a1b2-0000-7000-8000-000000000002","file_name":"offer.pdf",
             "content_type":"application/pdf","file_size":48213,"description":"Our offer, signed"}
            """,
            static input => new(
                input.Required(AttachmentMembers.Key),
                new(input.Required(AttachmentMembers.FileName),
                    input.Required(AttachmentMembers.ContentType),
                    input.Required(AttachmentMembers.FileSize),
                    input.Optional(AttachmentMembers.Description, null!))));
    }
}
