using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary><c>PUT /opportunities/{id}</c></summary>
internal static class UpdateOpportunity
{
    private static readonly BodyDescription _body = new(
        "UpdateOpportunity", "Only the members that are sent change.",
        [],
        [OpportunityMembers.Title, OpportunityMembers.Description, OpportunityMembers.ClientName, OpportunityMembers.EstimatedBudget,
         OpportunityMembers.EstimatedStartDate, OpportunityMembers.EstimatedEndDate, OpportunityMembers.Priority, OpportunityMembers.Reason],
        """{"title":"Updated Opportunity"}""");

    public static void Map(IEndpointRouteBuilder group) => group.MapPut("{id}", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("UpdateOpportunity")
        .WithSummary("Change members of an opportunity")
        .WithDescription("Members that are not sent stay as they are. Once the opportunity has left DRAFT, a reason is required.")
        .TakesBody(_body)
        .TakesIfMatch()
        .Answers<OpportunityResponse>(StatusCodes.Status200OK)
        .RefusesWrite();

    private static async Task<IResult> HandleAsync(
        string id, HttpContext context, OpportunityWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var input = await JsonInput.ReadAsync(context.Request, cancellationToken);
        var title = input.Optional(OpportunityMembers.Title, null!);
        var description = input.Optional(OpportunityMembers.Description, null!);
        var clientName = input.Optional(OpportunityMembers.ClientName, null!);
        var budget = input.Optional(OpportunityMembers.EstimatedBudget, 0);
        var start = input.Optional(OpportunityMembers.EstimatedStartDate, default);
        var end = input.Optional(OpportunityMembers.EstimatedEndDate, default);
        var priority = input.Optional(OpportunityMembers.Priority, default);
        var reason = input.Optional(OpportunityMembers.Reason, null!);
        input.ThrowIfInvalid();

        await using var change = await writer.BeginAsync(context.Request, Ids.Parse(id), caller, cancellationToken);
        var opportunity = change.Opportunity;
        change.EnsureAllowed(caller.MayEdit(opportunity));
        opportunity.Update(
            new OpportunityContent(
                title ?? opportunity.Title,
                description ?? opportunity.Description,
                clientName ?? opportunity.ClientName,
                budget > 0 ? budget : opportunity.EstimatedBudget,
                input.Has(OpportunityMembers.EstimatedStartDate) ? start : opportunity.EstimatedStartDate,
                input.Has(OpportunityMembers.EstimatedEndDate) ? end : opportunity.EstimatedEndDate,
                input.Has(OpportunityMembers.Priority) ? priority : opportunity.Priority),
            Stamp.Now(caller.Subject, time, reason));
        await change.SaveAsync(cancellationToken);
        context.Response.Headers.ETag = ETags.Of(opportunity.Version);
        return TypedResults.Json(OpportunityResponse.Of(opportunity), ApiJson.Wire.OpportunityResponse);
    }
}
