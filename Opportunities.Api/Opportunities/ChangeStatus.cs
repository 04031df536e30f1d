using Opportunities.Api.Auth;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>POST /opportunities/{id}/status</c></summary>
internal static class ChangeStatus
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("{id}/status", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("ChangeOpportunityStatus")
        .WithSummary("Move an opportunity on in its life")
        .WithDescription(
            "DRAFT → SUBMITTED, CANCELLED. SUBMITTED → DRAFT, MATCHING_IN_PROGRESS, CANCELLED. "
            + "MATCHING_IN_PROGRESS → MATCHES_FOUND, CANCELLED. "
            + "MATCHES_FOUND → ARCHITECT_SELECTED, MATCHING_IN_PROGRESS, CANCELLED. ARCHITECT_SELECTED → COMPLETED, CANCELLED. "
            + "CANCELLED → DRAFT within 90 days. Anything else is 409, and the problem lists what is allowed. "
            + "MATCHING_IN_PROGRESS needs a problem statement and a skill requirement. Of concurrent requests exactly one wins.")
        .HonoursIfMatch();

    private static async Task<Ok<OpportunityResponse>> HandleAsync(
        string id, Body body, HttpContext context, OpportunityWriter writer, OpportunityMetrics metrics)
    {
        await using var change = await writer.BeginAsync(context, Ids.Parse(id));
        change.EnsureAllowed(change.Caller.MayMove(change.Opportunity, body.NewStatus));
        var before = change.Opportunity.Status;
        Move(change.Opportunity, change.SeenStatus, body.NewStatus, change.Now(body.Reason));
        var opportunity = await change.SaveAsync();
        metrics.CountTransition(before, body.NewStatus);
        return TypedResults.Ok(OpportunityResponse.From(opportunity));
    }

    /// <summary>
    /// Moves an opportunity on. What the caller decided on is the state before the request waited for its turn: if another request
    /// changes it meanwhile, this one has lost, even where the move would still be legal.
    /// </summary>
    /// <exception cref="ConflictException">Another request did, or the state forbids it.</exception>
    public static void Move(Opportunity opportunity, OpportunityStatus seen, OpportunityStatus next, ChangeContext context)
    {
        if (opportunity.Status != seen)
            throw new ConflictException("Another request changed the status first.") { Allowed = opportunity.Allowed(context.At) };
        opportunity.ChangeStatus(next, context);
    }

    internal sealed record Body(OpportunityStatus NewStatus, string Reason) : IBody<Body>
    {
        private static readonly EnumMember<OpportunityStatus> _newStatus = new("new_status");

        public static Shape<Body> Shape { get; } = new(
            "ChangeStatus", "The state to move to, and why.", """{"new_status":"SUBMITTED","reason":"Ready for review"}""",
            static input => new(input.Required(_newStatus), input.Required(OpportunityMembers.Reason)));
    }
}
