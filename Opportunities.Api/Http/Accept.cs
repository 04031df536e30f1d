using Microsoft.Net.Http.Headers;
using Opportunities.Api.Errors;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Http;

/// <summary>Refuses requests that accept nothing that the operation answers with (406).</summary>
internal static class Accept
{
    public static void UseAccept(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(OpportunityRoutes.Prefix)
            && context.GetEndpoint() is RouteEndpoint endpoint
            && !IsAcceptable(context.Request, endpoint.Metadata.GetMetadata<AnswersWith>()?.MediaType ?? "application/json"))
        {
            throw new ApiException(
                StatusCodes.Status406NotAcceptable, "not-acceptable", "Not acceptable.",
                $"The answer is {endpoint.Metadata.GetMetadata<AnswersWith>()?.MediaType ?? "application/json"}, which Accept excludes.");
        }

        return next(context);
    });

    private static bool IsAcceptable(HttpRequest request, string mediaType)
    {
        if (request.Headers.Accept.Count == 0) return true;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept!, out var ranges)) return false;
        var answer = new MediaTypeHeaderValue(mediaType);
        return ranges.Any(range => range.Quality != 0 && new MediaTypeHeaderValue(range.MediaType) is var bare && answer.IsSubsetOf(bare));
    }
}

/// <summary>The media type of an operation that does not answer with JSON.</summary>
/// <param name="MediaType">Such as <c>text/csv</c>.</param>
internal sealed record AnswersWith(string MediaType);
