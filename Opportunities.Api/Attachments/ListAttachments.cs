using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Attachments;

/// <summary><c>GET /opportunities/{id}/attachments</c></summary>
internal static class ListAttachments
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .CacheAsItem()
        .WithName("ListAttachments")
        .WithSummary("List the files of an opportunity")
        .WithDescription("Oldest first.")
        .HonoursIfNoneMatch()
        .Produces<PartList<AttachmentResponse>>();

    private static async Task<JsonHttpResult<PartList<AttachmentResponse>>> HandleAsync(
        string id, HttpContext context, CallerDatabase database, CancellationToken cancellationToken)
    {
        var opportunity = await OpportunityQuery.FindAsync(database, Ids.Parse(id), context.User.GetCaller(), cancellationToken)
            ?? throw ApiException.NotFound();
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        context.Response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        return TypedResults.Json(new PartList<AttachmentResponse>(opportunity.Attachments), ApiJson.Wire.PartListAttachmentResponse);
    }
}
