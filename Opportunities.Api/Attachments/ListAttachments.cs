using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Data;

namespace Opportunities.Api.Attachments;

/// <summary>The files of an opportunity.</summary>
/// <param name="Items">All of them, oldest first.</param>
public sealed record AttachmentList(IReadOnlyList<AttachmentResponse> Items);

/// <summary><c>GET /opportunities/{id}/attachments</c></summary>
internal static class ListAttachments
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .CacheAsItem()
        .WithName("ListAttachments")
        .WithSummary("List the files of an opportunity")
        .WithDescription("Oldest first.")
        .Answers<AttachmentList>(StatusCodes.Status200OK)
        .Refuses(StatusCodes.Status404NotFound);

    private static async Task<JsonHttpResult<AttachmentList>> HandleAsync(
        string id, HttpContext context, OpportunitiesDbContext database, CancellationToken cancellationToken)
    {
        var opportunityId = OpportunityMembers.ParseId(id);
        var items = await database.Opportunities.VisibleTo(context.User.GetCaller())
            .Where(o => o.Id == opportunityId)
            .Select(o => o.Attachments
                .OrderBy(a => a.CreatedAt).ThenBy(a => a.Id)
                .Select(a => new AttachmentResponse(a.Id, a.FileName, a.ContentType, a.FileSize, a.Description, a.CreatedAt, a.CreatedBy))
                .ToList())
            .SingleOrDefaultAsync(cancellationToken) ?? throw ApiException.NotFound();
        context.Response.Headers.CacheControl = SecurityHeaders.PrivateNoCache;
        return TypedResults.Json(new AttachmentList(items), ApiJson.Wire.AttachmentList);
    }
}
