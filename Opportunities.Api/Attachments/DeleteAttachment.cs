using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
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
        .WithDescription("The file itself is deleted within 30 hours, when nothing refers to it any more; the history keeps that it was there.")
        .TakesIfMatch()
        .AnswersNothing(StatusCodes.Status204NoContent)
        .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);

    private static async Task<NoContent> HandleAsync(
        string id, string aid, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var attachmentId = Ids.Parse(aid);
        // The object is OrphanCleaner's to delete: here it could be one that is being attached again at this moment.
        var opportunity = await writer.ChangeAsync(
            context.Request, Ids.Parse(id), caller, current => Find(current, attachmentId) is not null && caller.MayEdit(current),
            current => current.Remove(Find(current, attachmentId), Stamp.Now(caller.Subject, time)), cancellationToken);
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        return TypedResults.NoContent();
    }

    private static Attachment Find(Opportunity opportunity, Guid id) =>
        opportunity.Attachments.FirstOrDefault(attachment => attachment.Id == id) ?? throw ApiException.NotFound();
}
