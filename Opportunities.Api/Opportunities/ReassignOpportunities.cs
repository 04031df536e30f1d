using Opportunities.Api.Auth;
using Opportunities.Api.Idempotency;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary>What a reassignment did.</summary>
/// <param name="Changed">How many opportunities have another owner now.</param>
public sealed record ReassignResult(int Changed);

/// <summary><c>POST /opportunities/reassign</c></summary>
internal static class ReassignOpportunities
{
    private const int Max = 10_000;

    public static void Map(IEndpointRouteBuilder group) => group.MapPost("reassign", HandleAsync)
        .RequireAuthorization(Policies.Reassign)
        .WithName("ReassignOpportunities")
        .WithSummary("Give all that a subject owns to another")
        .WithDescription(
            "All of them or none, up to 10,000: where there are more, 409, and status makes them fewer. Without status, completed ones "
            + "stay with the owner who completed them, and all others change; with it, those in the states named change, and a completed "
            + "one among them is 409. Each has its own version, history record and event. From a subject to itself nothing changes (0). "
            + "With an Idempotency-Key, a repeat within 24 hours gets the first answer again and changes nothing.")
        .HonoursIdempotencyKey()
        .Produces<ReassignResult>()
        .ProducesProblems(StatusCodes.Status409Conflict);

    private static Task<StoredResponse> HandleAsync(
        Body body, HttpContext context, IdempotentExecutor idempotent, OpportunityWriter writer) =>
        idempotent.ExecuteAsync(context, body.Bytes, async keep =>
        {
            await using var changes = await writer.ReassignAsync(context, body.AddTo, Max, body.To, body.Reason);
            var result = new ReassignResult(changes.Changed.Count);
            var answer = StoredResponse.From(StatusCodes.Status200OK, result, ApiJson.Wire.ReassignResult);
            await changes.SaveAsync(keep(answer), context.RequestAborted);
            return answer;
        });

    /// <param name="Status">In which states; null: in all but COMPLETED.</param>
    /// <param name="Bytes">The body as it came, by which a repeat is known.</param>
    internal sealed record Body(string From, string To, IReadOnlyList<OpportunityStatus>? Status, string Reason, ReadOnlyMemory<byte> Bytes)
        : IBody<Body>
    {
        private static readonly SubjectMember _from = new("from");
        private static readonly SubjectMember _to = new("to");
        private static readonly ListMember<OpportunityStatus> _status =
            new(OpportunityMembers.Status, Enum.GetValues<OpportunityStatus>().Length);

        public static Shape<Body> Shape { get; } = new(
            "ReassignOpportunities", "Whose opportunities shall be whose, and why.",
            """{"from":"colleague-1","to":"colleague-2","status":["DRAFT","SUBMITTED"],"reason":"Left the company"}""",
            static input => new(
                input.Required(_from), input.Required(_to), input.Optional(_status, null!), input.Required(OpportunityMembers.Reason),
                input.Bytes));

        public void AddTo(SqlBuilder statement)
        {
            statement.Add($" AND owner = {From} AND owner <> {To}");
            if (Status is null) statement.Add($" AND status <> {WireName<OpportunityStatus>.Format(OpportunityStatus.Completed)}");
            else statement.Add($" AND status = ANY ({Status.Select(WireName<OpportunityStatus>.Format).ToArray()})");
        }
    }
}
