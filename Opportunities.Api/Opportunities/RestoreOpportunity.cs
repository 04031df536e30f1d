using Opportunities.Api.Auth;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>POST /opportunities/{id}/restore</c></summary>
internal static class RestoreOpportunity
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("{id}/restore", HandleAsync)
        .RequireAuthorization(Policies.Administer)
        .WithName("RestoreOpportunity")
        .WithSummary("Bring a deleted opportunity back")
        .WithDescription(
            $"As it was, with everything that belongs to it, within {Lifecycle.RestorableDays} days of its deletion; by an administrator. "
            + "409 after that, and where it is not deleted. The list with deleted=true says what can be restored, and in which version.")
        .HonoursIfMatch();

    private static async Task<Ok<OpportunityResponse>> HandleAsync(string id, Body body, HttpContext context, OpportunityWriter writer)
    {
        await using var change = await writer.BeginAsync(context, Ids.Parse(id), findsDeleted: true);
        // Whoever may restore at all (the policy above) may restore any.
        change.EnsureAllowed(isPermitted: true);
        change.Opportunity.Restore(change.Now(body.Reason));
        return TypedResults.Ok(OpportunityResponse.From(await change.SaveAsync()));
    }

    internal sealed record Body(string Reason) : IBody<Body>
    {
        public static Shape<Body> Shape { get; } = new(
            "RestoreOpportunity", "Why it is brought back.", """{"reason":"Deleted by mistake"}""",
            static input => new(input.Required(OpportunityMembers.Reason)));
    }
}
