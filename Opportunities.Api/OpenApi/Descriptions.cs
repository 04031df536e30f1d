using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;

namespace Opportunities.Api.OpenApi;

/// <summary>The query parameters of an operation; one without any takes none.</summary>
internal sealed record QueryDescription(IReadOnlyList<IMember> Members);

/// <summary>A request header of an operation.</summary>
internal sealed record HeaderDescription(string Name, string Description);

/// <summary>Says about an operation what its code cannot show the framework. <see cref="OpenApiDocuments"/> reads it.</summary>
internal static class Descriptions
{
    private static readonly string[] _problem = ["application/problem+json"];

    public static RouteHandlerBuilder TakesBody(this RouteHandlerBuilder operation, BodyDescription body) => operation.WithMetadata(body);

    public static RouteHandlerBuilder TakesCsv(this RouteHandlerBuilder operation, CsvDescription body) => operation.WithMetadata(body);

    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder operation, params IReadOnlyList<IMember> members) =>
        operation.WithMetadata(new QueryDescription(members));

    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder operation, string name, string description) =>
        operation.WithMetadata(new HeaderDescription(name, description));

    public static RouteHandlerBuilder TakesIfMatch(this RouteHandlerBuilder operation) =>
        operation.TakesHeader(
            "If-Match", "The opportunity's ETag: the change is made only while it is the current one. What is no list of entity tags is 400.");

    /// <summary>Takes <c>If-None-Match</c>, and answers it with 304.</summary>
    public static RouteHandlerBuilder TakesIfNoneMatch(this RouteHandlerBuilder operation) => operation
        .TakesHeader("If-None-Match", "The ETag of the representation that the caller has, or a list of such; what is none is 400.")
        .AnswersNothing(StatusCodes.Status304NotModified);

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder operation, int statusCode) =>
        operation.Produces<T>(statusCode, "application/json");

    public static RouteHandlerBuilder AnswersCsv(this RouteHandlerBuilder operation) => operation
        .Produces<string>(StatusCodes.Status200OK, CsvDescription.MediaType)
        .WithMetadata(new AnswersWith(CsvDescription.MediaType));

    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder operation, int statusCode) => operation.Produces(statusCode);

    public static TBuilder Refuses<TBuilder>(this TBuilder operation, params int[] statusCodes)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var statusCode in statusCodes)
            operation.WithMetadata(new ProducesResponseTypeMetadata(statusCode, typeof(Problem), _problem));
        return operation;
    }

    /// <summary>What every operation under <c>/api</c> can answer.</summary>
    public static RouteGroupBuilder RefusesAlways(this RouteGroupBuilder group) => group.WithMetadata(new QueryDescription([])).Refuses(
        StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status406NotAcceptable,
        StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable);

    /// <summary>What every change of an opportunity by JSON can answer.</summary>
    public static RouteHandlerBuilder RefusesWrite(this RouteHandlerBuilder operation) => operation.Refuses(
        StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed,
        StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
}
