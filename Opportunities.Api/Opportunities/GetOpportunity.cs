using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Opportunities;

/// <summary><c>GET /opportunities/{id}</c></summary>
internal static class GetOpportunity
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("{id}", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .CacheAsItem()
        .WithName("GetOpportunity")
        .WithSummary("Read an opportunity")
        .WithDescription("With everything that belongs to it. If-None-Match with its ETag is answered with 304 while it has not changed.")
        .HonoursIfNoneMatch()
        .Produces<OpportunityResponse>();

    private static async Task<IResult> HandleAsync(string id, HttpContext context, CallerDatabase database, CancellationToken cancellationToken)
    {
        var opportunity = await OpportunityQuery.FindAsync(database, Ids.Parse(id), context.User.GetCaller(), cancellationToken)
            ?? throw ApiException.NotFound();
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        context.Response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        return TypedResults.Json(opportunity, ApiJson.Wire.OpportunityResponse);
    }
}
