using Opportunities.Api.Auth;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>DELETE /opportunities/{id}</c></summary>
internal static class DeleteOpportunity
{
    public static void Map(IEndpointRouteBuilder group) => group.MapDelete("{id}", HandleAsync)
        .RequireAuthorization(Policies.Delete)
        .WithName("DeleteOpportunity")
        .WithSummary("Delete an opportunity")
        .WithDescription("It is gone from every read, and kept for audit. Not possible in ARCHITECT_SELECTED and COMPLETED.")
        // What was deleted has no version that one could ask for.
        .HonoursIfMatch(answersETag: false);

    private static async Task<NoContent> HandleAsync(string id, HttpContext context, OpportunityWriter writer)
    {
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        // Whoever may delete at all (the policy above) may delete any.
        change.EnsureAllowed(isPermitted: true);
        change.Opportunity.Delete(change.Now());
        await change.SaveAsync();
        return TypedResults.NoContent();
    }
}
