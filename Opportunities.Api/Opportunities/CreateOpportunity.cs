using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary><c>POST /opportunities</c></summary>
internal static class CreateOpportunity
{
    private static readonly BodyDescription _body = new(
        "CreateOpportunity", "A new opportunity; it begins as a DRAFT.",
        OpportunityMembers.RequiredToCreate,
        OpportunityMembers.OptionalToCreate,
        """
        {"title":"Test Opportunity","description":"Test Description","client_name":"Test Client","estimated_budget":10000.0,
         "estimated_start_date":"2023-01-01T00:00:00Z","estimated_end_date":"2023-12-31T00:00:00Z","status":"DRAFT"}
        """);

    public static void Map(IEndpointRouteBuilder group) => group.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("CreateOpportunity")
        .WithSummary("Register an opportunity")
        .WithDescription("With an Idempotency-Key, a repeat within 24 hours gets the first answer again and creates nothing.")
        .TakesBody(_body)
        .TakesHeader(Idempotent.Header, "Makes the request safe to repeat: any printable text of up to 255 characters, in UTF-8.")
        .Answers<OpportunityResponse>(StatusCodes.Status201Created)
        .Refuses(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
            StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        HttpContext context, Idempotent idempotent, OpportunityMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var input = await JsonInput.ReadAsync(context.Request, cancellationToken);
        var content = new OpportunityContent(
            input.Required(OpportunityMembers.Title),
            input.Required(OpportunityMembers.Description),
            input.Required(OpportunityMembers.ClientName),
            input.Required(OpportunityMembers.EstimatedBudget),
            input.Required(OpportunityMembers.EstimatedStartDate),
            input.Required(OpportunityMembers.EstimatedEndDate),
            input.Optional(OpportunityMembers.Priority, Priority.Medium));
        if (input.Optional(OpportunityMembers.Status, OpportunityStatus.Draft) != OpportunityStatus.Draft)
            input.Refuse(OpportunityMembers.Status, OpportunityMembers.MustBeDraft);
        if (content.EndError is { } error && input.Has(OpportunityMembers.EstimatedEndDate) && input.Has(OpportunityMembers.EstimatedStartDate))
            input.Refuse(OpportunityMembers.EstimatedEndDate, error);
        input.ThrowIfInvalid();

        var opportunity = Opportunity.Create(content, Stamp.Now(caller.Subject, time));
        var created = Answer.Of(
            StatusCodes.Status201Created, OpportunityResponse.Of(opportunity), ApiJson.Wire.OpportunityResponse,
            $"{OpportunityRoutes.Prefix}/{opportunity.Id}", ETags.Of(opportunity.Version));
        var answer = await idempotent.CreateAsync(context.Request, caller, input.Bytes, [opportunity], created, cancellationToken);
        if (!answer.IsReplay) metrics.Created();
        return answer;
    }
}
