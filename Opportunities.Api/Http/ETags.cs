using Microsoft.Extensions.Primitives;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Http;

/// <summary>The strong entity tag of an opportunity (RFC 9110, 8.8.3): its version.</summary>
internal static partial class ETags
{
    public const string Malformed = "must be a list of entity tags such as \"3\", or *.";

    public static string Format(int version) => $"\"{version}\"";

    /// <summary>Checks the conditions of a request that changes something against the current version (RFC 9110, 13.2.2).</summary>
    /// <exception cref="ApiException">412 they do not hold; 400 they are malformed.</exception>
    public static void EnsureMatch(IHeaderDictionary headers, int version)
    {
        if (Parse(headers, HeaderNames.IfMatch) is { } wanted && !IsAmong(version, wanted, isStrong: true))
        {
            throw ApiException.PreconditionFailed(wanted.Any(static tag => tag.IsWeak)
                ? "If-Match names a weak entity tag (W/\"…\"), which never matches. Send the ETag as it was answered."
                : "If-Match does not name the current version. Read it again, then repeat the change.");
        }

        if (Parse(headers, HeaderNames.IfNoneMatch) is { } known && IsAmong(version, known))
            throw ApiException.PreconditionFailed("If-None-Match excludes the current version.");
    }

    /// <summary>Refuses malformed conditions before anything else is looked at.</summary>
    public static void EnsureWellFormed(HttpRequest request)
    {
        Parse(request.Headers, HeaderNames.IfMatch);
        Parse(request.Headers, HeaderNames.IfNoneMatch);
    }

    /// <summary>
    /// Whether one of the tags, or *, is the version's. If-None-Match compares weakly, If-Match strongly (RFC 9110, 13.1). A proxy that
    /// compresses may have added the coding ("3-gzip"): the tag is of the state, and that is the same.
    /// </summary>
    public static bool IsAmong(int version, IList<EntityTagHeaderValue> tags, bool isStrong = false)
    {
        var current = new EntityTagHeaderValue(Format(version));
        return tags.Any(tag => IsAny(tag) || WithoutCoding(tag).Compare(current, isStrong));
    }

    /// <summary>The tags of a condition; null where the request has none.</summary>
    /// <exception cref="ApiException">400: it is malformed.</exception>
    public static IList<EntityTagHeaderValue>? Parse(IHeaderDictionary headers, string header)
    {
        var values = headers[header];
        if (values.Count == 0) return null;
        return TryParse(values, out var tags) ? tags : throw InputErrors.Only(header, Malformed);
    }

    public static bool TryParse(StringValues values, [NotNullWhen(true)] out IList<EntityTagHeaderValue>? tags) =>
        // Where * may stand among others, a tag that does not match would match all the same.
        EntityTagHeaderValue.TryParseStrictList(values!, out tags) && tags.Count > 0 && (tags.Count == 1 || !tags.Any(IsAny));

    private static EntityTagHeaderValue WithoutCoding(EntityTagHeaderValue tag) =>
        Coded().Match(tag.Tag.ToString()) is { Success: true } coded ? new($"\"{coded.Groups["version"]}\"", tag.IsWeak) : tag;

    // Apache and Caddy write -gzip, Jetty --gzip, others ;gzip.
    [GeneratedRegex("^\"(?<version>[0-9]+)(--?|;)(gzip|br|deflate|zstd)\"$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Coded();

    private static bool IsAny(EntityTagHeaderValue tag) => tag.Equals(EntityTagHeaderValue.Any);
}
