using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary><c>POST /opportunities</c></summary>
internal static class CreateOpportunity
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("CreateOpportunity")
        .WithSummary("Register an opportunity")
        .WithDescription(
            "With an Idempotency-Key, a repeat within 24 hours gets the first answer again and creates nothing. "
            + "409 where the external_id is that of another opportunity.")
        .HonoursIdempotencyKey()
        .ProducesProblems(StatusCodes.Status409Conflict)
        .Produces<OpportunityResponse>(StatusCodes.Status201Created);

    private static async Task<StoredResponse> HandleAsync(
        Body body, HttpContext context, IdempotentExecutor idempotent, OpportunityWriter writer, OpportunityMetrics metrics)
    {
        var opportunity = Opportunity.Create(body.Content, writer.Now(context.User.GetCaller()));
        var created = StoredResponse.From(
            StatusCodes.Status201Created, OpportunityResponse.From(opportunity), ApiJson.Wire.OpportunityResponse,
            $"{OpportunityRoutes.Prefix}/{opportunity.Id}", ETags.Format(opportunity.Version));
        var answer = await idempotent.ExecuteAsync(context, body.Bytes, async keep =>
        {
            await writer.CreateAsync(context, opportunity, keep(created));
            return created;
        });
        if (!answer.IsReplay) metrics.CountCreated();
        return answer;
    }

    /// <param name="Bytes">The body as it came, by which a repeat is known.</param>
    internal sealed record Body(OpportunityContent Content, ReadOnlyMemory<byte> Bytes) : IBody<Body>
    {
        public static Shape<Body> Shape { get; } = new(
            "CreateOpportunity", "A new opportunity; it begins as a DRAFT.",
            """
            {"title":"Test Opportunity","description":"Test Description","client_name":"Test Client","estimated_budget":10000.0,
             "estimated_start_date":"2023-01-01T00:00:00Z","estimated_end_date":"2023-12-31T00:00:00Z","status":"DRAFT"}
            """,
            static input => new(OpportunityMembers.ReadNew(input), input.Bytes));
    }
}
