using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Attachments;

/// <summary><c>DELETE /opportunities/{id}/attachments/{aid}</c></summary>
internal static class DeleteAttachment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapDelete("{aid}", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("DeleteAttachment")
        .WithSummary("Remove a file from the opportunity")
        .WithDescription(
            "The file itself is deleted within 30 hours, when nothing refers to it any more; the history keeps that it was there.")
        .HonoursIfMatch();

    private static async Task<NoContent> HandleAsync(
        string id, string aid, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var attachmentId = Ids.Parse(aid);
        await using var change = await writer.BeginAsync(context.Request, Ids.Parse(id), caller, cancellationToken);
        var opportunity = change.Opportunity;
        var attachment = await change.FindAsync<Attachment>(attachmentId, cancellationToken);
        change.EnsureAllowed(caller.MayEdit(opportunity));
        // The object is OrphanCleaner's to delete: here it could be one that is being attached again at this moment.
        opportunity.Remove(attachment, ChangeContext.Now(caller.Subject, time));
        await change.SaveAsync();
        context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return TypedResults.NoContent();
    }
}
