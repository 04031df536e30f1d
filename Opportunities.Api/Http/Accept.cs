using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Http;

/// <summary>Refuses requests that accept nothing that the operation answers with (406).</summary>
internal static class Accept
{
    public static void EnsureAcceptable(HttpContext context, RouteEndpoint endpoint)
    {
        var answer = endpoint.Metadata.GetMetadata<AnswersWith>()?.MediaType ?? "application/json";
        if (!IsAcceptable(context.Request.Headers.Accept, answer))
        {
            throw new ApiException(
                StatusCodes.Status406NotAcceptable, "not-acceptable", "Not acceptable.", $"The answer is {answer}, which Accept excludes.");
        }
    }

    /// <summary>
    /// Whether the header, where there is one, takes the media type: of the ranges that hold it the most specific one decides
    /// (RFC 9110, 12.5.1).
    /// </summary>
    internal static bool IsAcceptable(StringValues accept, string mediaType)
    {
        if (accept.Count == 0) return true;
        if (!MediaTypeHeaderValue.TryParseList(accept!, out var ranges)) return false;
        var answer = new MediaTypeHeaderValue(mediaType);
        var fitting = ranges.Where(range => answer.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))).ToLookup(Specificity);
        return fitting.Count > 0 && fitting[fitting.Max(ranges => ranges.Key)].Any(range => range.Quality != 0);
    }

    private static int Specificity(MediaTypeHeaderValue range) => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
}

/// <summary>The media type of an operation that does not answer with JSON.</summary>
/// <param name="MediaType">Such as <c>text/csv</c>.</param>
internal sealed record AnswersWith(string MediaType);
