using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.OpenApi;

/// <summary>Endpoint metadata: a request header that an operation honours.</summary>
/// <param name="AnswerHeader">The header of the answer that belongs to it, where there is one.</param>
internal sealed record RequestHeader(string Name, string Description, string? AnswerHeader);

/// <summary>What the framework's own verbs (<c>Produces</c>, <c>WithSummary</c>, …) have no word for.</summary>
internal static class Descriptions
{
    private static readonly string[] _problem = ["application/problem+json"];

    public static RouteHandlerBuilder ReadsQuery(this RouteHandlerBuilder operation, Action<QueryInput> read) =>
        operation.WithMetadata(new ReadsQuery(read));

    /// <summary>A body that the operation reads itself; a parameter that is an <see cref="IBody{T}"/> says so on its own.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder operation, Shape<T> body)
    {
        operation.Add(body.AddTo);
        return operation;
    }

    /// <summary>Honours <c>If-Match</c>, as every change of an opportunity does; there are few that no state forbids (409).</summary>
    public static RouteHandlerBuilder HonoursIfMatch(
        this RouteHandlerBuilder operation, bool answersETag = true, bool canConflict = true) => operation
        .WithMetadata(new RequestHeader(
            "If-Match",
            "The opportunity's ETag: the change is made only while it is the current one. What is no list of entity tags is 400.",
            answersETag ? "ETag" : null))
        .ProducesProblems(
        [
            StatusCodes.Status404NotFound, StatusCodes.Status412PreconditionFailed,
            .. canConflict ? [StatusCodes.Status409Conflict] : Array.Empty<int>(),
        ]);

    /// <summary>Honours <c>If-None-Match</c>, as every read of an opportunity does.</summary>
    public static RouteHandlerBuilder HonoursIfNoneMatch(this RouteHandlerBuilder operation) => operation
        .WithMetadata(new RequestHeader(
            "If-None-Match", "The ETag of the representation that the caller has, or a list of such; what is none is 400.", "ETag"))
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblems(StatusCodes.Status404NotFound);

    public static RouteHandlerBuilder HonoursIdempotencyKey(this RouteHandlerBuilder operation) => operation
        .WithMetadata(new RequestHeader(
            "Idempotency-Key", "Makes the request safe to repeat: any printable text of up to 255 characters, in UTF-8.",
            "Idempotency-Replayed"))
        .ProducesProblems(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The framework's <c>ProducesProblem</c> with the service's own <see cref="Problem"/>.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder operation, params int[] statusCodes)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var statusCode in statusCodes)
            operation.WithMetadata(new ProducesResponseTypeMetadata(statusCode, typeof(Problem), _problem));
        return operation;
    }

    /// <summary>What every operation under <c>/api</c> can answer.</summary>
    public static RouteGroupBuilder ProducesCommonProblems(this RouteGroupBuilder group) => group.ProducesProblems(
        StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden,
        StatusCodes.Status406NotAcceptable, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError,
        StatusCodes.Status503ServiceUnavailable);
}
