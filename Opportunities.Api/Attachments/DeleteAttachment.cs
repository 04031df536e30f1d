using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Data;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Attachments;

/// <summary><c>DELETE /opportunities/{id}/attachments/{aid}</c></summary>
internal static class DeleteAttachment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapDelete("{aid}", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("DeleteAttachment")
        .WithSummary("Remove a file from the opportunity")
        .WithDescription("The file itself is deleted; the history keeps that it was there.")
        .TakesIfMatch()
        .AnswersNothing(StatusCodes.Status204NoContent)
        .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);

    private static async Task<NoContent> HandleAsync(
        string id, string aid, HttpContext context, OpportunityWriter writer, IObjectStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var attachmentId = OpportunityMembers.ParseId(aid);
        var objectKey = "";
        var opportunity = await writer.ChangeAsync(
            context.Request, OpportunityMembers.ParseId(id), caller, current => Find(current, attachmentId) is not null && caller.MayEdit(current), current =>
            {
                var attachment = Find(current, attachmentId);
                current.Remove(attachment, Stamp.Now(caller.Subject, time));
                objectKey = attachment.ObjectKey;
            }, cancellationToken);
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        await DeleteObjectAsync(store, objectKey);
        return TypedResults.NoContent();
    }

    private static Attachment Find(Opportunity opportunity, Guid id) =>
        opportunity.Attachments.FirstOrDefault(attachment => attachment.Id == id) ?? throw ApiException.NotFound();

    // After the commit, and whatever becomes of the request: an object that is left is found by OrphanCleaner.
    private static async Task DeleteObjectAsync(IObjectStore store, string objectKey)
    {
        if (!ObjectKey.TryParse(objectKey, out var key)) return;
        try
        {
            await store.DeleteAsync(key, CancellationToken.None);
        }
        catch (ApiException)
        {
            // The store has logged why.
        }
    }
}
