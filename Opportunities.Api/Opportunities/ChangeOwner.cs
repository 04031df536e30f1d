using Opportunities.Api.Auth;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>POST /opportunities/{id}/owner</c></summary>
internal static class ChangeOwner
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("{id}/owner", HandleAsync)
        .RequireAuthorization(Policies.Reassign)
        .WithName("ChangeOpportunityOwner")
        .WithSummary("Give an opportunity to another owner")
        .WithDescription(
            "The owner decides what is a representative's own: who had it before no longer sees it. Possible in every state but COMPLETED. "
            + "To the owner that it has, it is given without a change: the version stays. Whether there is such a subject is not asked.")
        .HonoursIfMatch();

    private static async Task<Ok<OpportunityResponse>> HandleAsync(string id, Body body, HttpContext context, OpportunityWriter writer)
    {
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        // Whoever may give away at all (the policy above) may give any.
        change.EnsureAllowed(isPermitted: true);
        change.Opportunity.ChangeOwner(body.Owner, change.Now(body.Reason));
        return TypedResults.Ok(OpportunityResponse.From(await change.SaveAsync()));
    }

    internal sealed record Body(string Owner, string Reason) : IBody<Body>
    {
        private static readonly SubjectMember _owner = new("owner");

        public static Shape<Body> Shape { get; } = new(
            "ChangeOwner", "Whose it shall be, and why.", """{"owner":"colleague-2","reason":"On parental leave until May"}""",
            static input => new(input.Required(_owner), input.Required(OpportunityMembers.Reason)));
    }
}
