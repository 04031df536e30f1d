using Opportunities.Api.Auth;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Attachments;

/// <summary><c>GET /opportunities/{id}/attachments</c></summary>
internal static class ListAttachments
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("ListAttachments")
        .WithSummary("List the files of an opportunity")
        .WithDescription("Oldest first.")
        .HonoursIfNoneMatch()
        .Produces<PartList<AttachmentResponse>>();

    private static Task HandleAsync(string id, HttpContext context) => OpportunityQuery.AnswerAsync(
        context, id, "attachments", static opportunity => new PartList<AttachmentResponse>(opportunity.Attachments));
}
