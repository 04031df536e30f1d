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
        .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);

    private static async Task<NoContent> HandleAsync(
        string id, string aid, HttpContext context, OpportunityWriter writer, IObjectStore store, TimeProvider time)
    {
        var caller = context.User.GetCaller();
        var attachmentId = OpportunityMembers.ParseId(aid);
        Attachment? removed = null;
        var opportunity = await writer.ChangeAsync(context.Request, OpportunityMembers.ParseId(id), caller, caller.MayEdit, current =>
        {
            removed = current.Attachments.SingleOrDefault(attachment => attachment.Id == attachmentId) ?? throw ApiException.NotFound();
            current.Remove(removed, Stamp.Now(caller.Subject, time));
        }, context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        await DeleteObjectAsync(store, removed!.ObjectKey);
        return TypedResults.NoContent();
    }

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
