using Microsoft.Extensions.Primitives;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Http;

/// <summary>Refuses requests that accept nothing that the operation answers with (406).</summary>
internal static class Accept
{
    public static void EnsureAcceptable(HttpContext context, RouteEndpoint endpoint)
    {
        var answers = endpoint.Metadata.GetMetadata<AnswersWith>()?.MediaTypes ?? ["application/json"];
        if (!answers.Any(answer => IsAcceptable(context.Request.Headers.Accept, answer)))
        {
            throw new ApiException(
                StatusCodes.Status406NotAcceptable, "not-acceptable", "Not acceptable.",
                $"The answer is {string.Join(" or ", answers)}, which Accept excludes.");
        }
    }

    /// <summary>Whether the header, if any, takes the media type: its most specific range decides (RFC 9110, 12.5.1).</summary>
    internal static bool IsAcceptable(StringValues accept, string mediaType) => Quality(accept, mediaType) > 0;

    /// <summary>Whether the header asks for a media type rather than for JSON, which it gets where it says nothing.</summary>
    internal static bool Prefers(StringValues accept, string mediaType) => Quality(accept, mediaType) > Quality(accept, "application/json");

    private static double Quality(StringValues accept, string mediaType)
    {
        if (accept.Count == 0) return 1;
        if (!MediaTypeHeaderValue.TryParseList(accept!, out var ranges)) return 0;
        var answer = new MediaTypeHeaderValue(mediaType);
        var fitting = ranges.Where(range => answer.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))).ToLookup(Specificity);
        return fitting.Count == 0 ? 0 : fitting[fitting.Max(ranges => ranges.Key)].Max(range => range.Quality ?? 1);
    }

    private static int Specificity(MediaTypeHeaderValue range) => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
}

/// <summary>The media types of an operation that does not answer with JSON, or not with JSON alone.</summary>
internal sealed record AnswersWith(params string[] MediaTypes);
