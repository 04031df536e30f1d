using Opportunities.Api.Auth;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Opportunities;

/// <summary><c>GET /opportunities/{id}</c></summary>
internal static class GetOpportunity
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("{id}", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("GetOpportunity")
        .WithSummary("Read an opportunity")
        .WithDescription("With everything that belongs to it. If-None-Match with its ETag is answered with 304 while it has not changed.")
        .HonoursIfNoneMatch()
        .Produces<OpportunityResponse>();

    private static Task HandleAsync(string id, HttpContext context) =>
        OpportunityQuery.AnswerAsync(context, id, "", static opportunity => opportunity);
}
