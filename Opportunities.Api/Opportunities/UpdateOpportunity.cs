using Opportunities.Api.Auth;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>PUT /opportunities/{id}</c></summary>
internal static class UpdateOpportunity
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPut("{id}", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("UpdateOpportunity")
        .WithSummary("Change members of an opportunity")
        .WithDescription("Members that are not sent stay as they are. Once the opportunity has left DRAFT, a change needs a reason.")
        .HonoursIfMatch();

    private static async Task<Ok<OpportunityResponse>> HandleAsync(string id, Body body, HttpContext context, OpportunityWriter writer)
    {
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        change.EnsureAllowed(change.Caller.MayEdit(change.Opportunity));
        change.Opportunity.Update(body.Apply(change.Opportunity.Content), change.Now(body.Reason));
        return TypedResults.Ok(OpportunityResponse.From(await change.SaveAsync()));
    }

    /// <param name="Apply">The content that shall be, of the content that is.</param>
    internal sealed record Body(Func<OpportunityContent?, OpportunityContent> Apply, string? Reason) : IBody<Body>
    {
        public static Shape<Body> Shape { get; } = new(
            "UpdateOpportunity", "Only the members that are sent change.", """{"title":"Updated Opportunity"}""",
            static input =>
            {
                OpportunityMembers.ReadUpdate(null, input);
                return new(current => OpportunityMembers.ReadUpdate(current, input), input.Optional(OpportunityMembers.Reason, null!));
            });
    }
}
