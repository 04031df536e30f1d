using Opportunities.Api.Auth;
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

    private static async Task<NoContent> HandleAsync(string id, string aid, HttpContext context, OpportunityWriter writer)
    {
        var attachmentId = Ids.Parse(aid);
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        var attachment = await change.FindAsync<Attachment>(attachmentId);
        change.EnsureAllowed(change.Caller.MayEdit(change.Opportunity));
        // The object is OrphanCleaner's to delete: here it could be one that is being attached again at this moment.
        change.Opportunity.Remove(attachment, change.Now());
        await change.SaveAsync();
        return TypedResults.NoContent();
    }
}
