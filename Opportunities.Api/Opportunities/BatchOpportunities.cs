using Microsoft.AspNetCore.Mvc;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary>What became of one operation.</summary>
public sealed record BatchItem
{
    /// <summary>Its place among the operations, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The status code that the single request would have been answered with.</summary>
    [Range(200, 599)]
    public required int Status { get; init; }

    /// <summary>The opportunity; absent where the operation was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Id { get; init; }

    /// <summary>The opportunity's version since; absent where the operation was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary>Why it was refused; absent where it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Problem? Problem { get; init; }
}

/// <summary>What a batch did.</summary>
/// <param name="Items">Each operation, in turn.</param>
/// <param name="Succeeded">How many were done.</param>
/// <param name="Failed">How many were refused.</param>
public sealed record BatchResult([property: MaxLength(BatchOpportunities.Max)] IReadOnlyList<BatchItem> Items, int Succeeded, int Failed);

/// <summary><c>POST /opportunities/batch</c></summary>
internal static class BatchOpportunities
{
    public const int Max = 500;

    /// <summary>The key of the places for batches: each is in memory with its body and all that it changes.</summary>
    public const string PlacesKey = "batches";

    private const string AllOrNone = "ALL_OR_NONE";

    /// <summary>Somebody else may take an external id that was just free; not time and again.</summary>
    private const int Attempts = 5;

    public static void Map(IEndpointRouteBuilder group) => group.MapPost("batch", HandleAsync)
        .RequireAuthorization(Policies.WriteOrDelete)
        .WithName("BatchOpportunities")
        .WithSummary("Do many things at once")
        .WithDescription(
            $"Up to {Max} operations in 4 MiB, each of another opportunity, as if each were a request of its own: CREATE, "
            + "UPDATE, UPSERT, STATUS (their bodies are those of the single requests) and DELETE; each needs its own "
            + "permission. EACH does what can be done, and answers each operation with the status and the problem of the "
            + "single request. ALL_OR_NONE does nothing where one is refused: the answer is that refusal, its errors named by "
            + "the operation's place, from 0, and the member (3.title; 3.$ where it is no member). An operation sees the "
            + "external ids as they were before the batch. The same opportunity twice is 400. With an Idempotency-Key, a "
            + "repeat within 24 hours gets the first answer again and does nothing. It counts as one request; of a caller's, 4 "
            + "are served at a time, and others wait.")
        .WithMetadata(new RequestSizeLimitAttribute(4 << 20))
        .Takes(Body.Shape)
        .HonoursIdempotencyKey()
        .Produces<BatchResult>()
        .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);

    private static async Task<StoredResponse> HandleAsync(
        HttpContext context, [FromKeyedServices(PlacesKey)] Places places, IdempotentExecutor idempotent, OpportunityWriter writer,
        OpportunityMetrics metrics)
    {
        var caller = context.User.GetCaller();
        // Before the body: many of them would be much memory.
        using var place = await places.EnterAsync(caller.Subject, context.RequestAborted);
        var body = await Body.Shape.ReadAsync(context);
        var batch = new Batch(body.Operations, body.Mode == AllOrNone, context, caller, metrics);
        var answer = await idempotent.ExecuteAsync(context, body.Bytes, async keep =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var changes = await writer.BeginManyAsync(context, batch.Ids, batch.ExternalIds);
                    var result = batch.Apply(changes);
                    var done = StoredResponse.From(StatusCodes.Status200OK, result, ApiJson.Wire.BatchResult);
                    await changes.SaveAsync(keep(done), context.RequestAborted);
                    return done;
                }
                catch (Exception exception) when (
                    attempt < Attempts && (exception is ExternalIdException || DatabaseFailure.IsDeadlock(exception)))
                {
                    // Somebody took one of the external ids meanwhile, or waited for one of these and was waited for. Nothing is saved;
                    // now it is known whose it is.
                }
            }
        });
        if (!answer.IsReplay) batch.Count();
        return answer;
    }

    public static string Key(int index, string member) => string.Create(CultureInfo.InvariantCulture, $"{index}.{member}");

    /// <param name="Mode">Whether one refusal is that of all.</param>
    /// <param name="Operations">The operations, not looked at yet.</param>
    /// <param name="Bytes">The body as it came, by which a repeat is known.</param>
    internal sealed record Body(string Mode, IReadOnlyList<JsonElement> Operations, ReadOnlyMemory<byte> Bytes)
    {
        private static readonly ChoiceMember _mode = new("mode", ["EACH", AllOrNone], "BatchMode");
        private static readonly OperationsMember _operations = new("operations");

        public static Shape<Body> Shape { get; } = new(
            "BatchOpportunities", "What to do.",
            """
            {"mode":"EACH","operations":[{"op":"CREATE","body":{"title":"Test Opportunity","description":"Test Description",
             "client_name":"Test Client","estimated_budget":10000.0,"estimated_start_date":"2023-01-01T00:00:00Z",
             "estimated_end_date":"2023-12-31T00:00:00Z"}}]}
            """,
            static input => new(input.Required(_mode), input.Required(_operations), input.Bytes));
    }

    private sealed class OperationsMember(string name) : Member<IReadOnlyList<JsonElement>>(name, JsonValueKind.Array)
    {
        protected override string? ParseJson(JsonElement element, out IReadOnlyList<JsonElement> value)
        {
            var length = element.GetArrayLength();
            value = [];
            if (length is 0 or > Max) return $"must have 1 to {Max} items, not {length}.";
            value = [.. element.EnumerateArray()];
            return null;
        }

        public override IOpenApiSchema Describe(OpenApiDocument document)
        {
            document.AddComponent(BatchOperation.Shape.Name, BatchOperation.Shape.Describe(document));
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchemaReference(BatchOperation.Shape.Name, document),
                MinItems = 1,
                MaxItems = Max,
            };
        }
    }
}
