using Microsoft.Net.Http.Headers;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Http;

/// <summary>The strong entity tag of an opportunity (RFC 9110, 8.8.3): its version.</summary>
internal static class ETags
{
    /// <summary>The tag of a version.</summary>
    public static string Of(int version) => $"\"{version}\"";

    /// <summary>Checks the request's <c>If-Match</c>, where there is one, against the current version.</summary>
    /// <exception cref="ApiException">412 it names another version; 400 it is malformed.</exception>
    public static void EnsureMatch(HttpRequest request, int version)
    {
        if (Parse(request, HeaderNames.IfMatch) is not { } tags) return;
        var current = new EntityTagHeaderValue(Of(version));
        if (!tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
            throw ApiException.PreconditionFailed();
    }

    /// <summary>Refuses a malformed <c>If-Match</c> before anything else is looked at.</summary>
    public static void EnsureWellFormed(HttpRequest request) => Parse(request, HeaderNames.IfMatch);

    private static IList<EntityTagHeaderValue>? Parse(HttpRequest request, string header)
    {
        var values = request.Headers[header];
        if (values.Count == 0) return null;
        return EntityTagHeaderValue.TryParseStrictList(values!, out var tags) && tags.Count > 0
            ? tags
            : throw InputErrors.Only(header, "must be a list of entity tags such as \"3\", or *.");
    }
}
