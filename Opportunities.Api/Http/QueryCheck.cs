using System.Net;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Opportunities.Api.Input;

namespace Opportunities.Api.Http;

/// <summary>
/// Refuses a query that is no percent-encoded UTF-8 (400), which the framework would take as it stands or with replacement characters; and
/// parameters where the operation reads none. The others check their own.
/// </summary>
internal static partial class QueryCheck
{
    public static void EnsureValid(HttpContext context, RouteEndpoint endpoint)
    {
        if (!context.Request.QueryString.HasValue) return;
        context.Features.Set<IQueryFeature>(new QueryFeature(Parse(context.Request.QueryString)));
        if (endpoint.Metadata.GetMetadata<ReadsQuery>() is null) new QueryInput(context.Request.Query).ThrowIfInvalid();
    }

    /// <summary>Reads a query, in whose names case makes a difference.</summary>
    /// <exception cref="Errors.ApiException">400: it is not well-formed.</exception>
    internal static QueryCollection Parse(QueryString query)
    {
        var errors = new InputErrors();
        var parameters = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var isName = IsWellFormed(pair.EncodedName.Span);
            var name = isName ? pair.DecodeName().ToString() : pair.EncodedName.ToString();
            if (!isName || !IsWellFormed(pair.EncodedValue.Span)) errors.Add(name, "must be UTF-8, percent-encoded.");
            else parameters[name] = StringValues.Concat(parameters.GetValueOrDefault(name), pair.DecodeValue().ToString());
        }

        errors.ThrowIfAny();
        return new QueryCollection(parameters);
    }

    /// <summary>Whether a text is percent-encoded UTF-8.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        if (!text.Contains('%')) return true;
        if (Broken().IsMatch(text)) return false;
        var bytes = Encoding.UTF8.GetBytes(text.ToArray());
        return Utf8.IsValid(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
    }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Broken();
}
