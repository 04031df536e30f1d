using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Opportunities.SystemTests.Contract;

/// <summary>What the contract says of every answer's headers, however the answer comes about.</summary>
internal static partial class AnswerRules
{
    private const string Api = "/api/";

    /// <summary>What is wrong with an answer's headers.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's path, without its query.</param>
    /// <param name="requestId">The id that the request brought.</param>
    /// <param name="response">The answer.</param>
    public static IEnumerable<string> Differences(string method, string path, string? requestId, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var isRead = method.ToUpperInvariant() is "GET" or "HEAD" && status is 200 or 304
            && path.StartsWith(Api, StringComparison.OrdinalIgnoreCase);
        foreach (var (name, expected) in new[]
        {
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", isRead ? "no-cache, private" : "no-store"),
            // The page of the documentation has scripts, and a policy of its own.
            ("Content-Security-Policy",
                path.StartsWith("/docs", StringComparison.OrdinalIgnoreCase) ? null : "default-src 'none'; frame-ancestors 'none'"),
            ("Server", ""), ("X-Powered-By", ""), ("Pragma", ""), ("Expires", ""), ("Last-Modified", ""),
        })
        {
            if (expected is not null && Value(response, name) is var actual && actual != expected)
                yield return $"{name} is '{actual}', not '{expected}'";
        }

        var id = Value(response, "X-Request-ID");
        if (!Sane().IsMatch(id)) yield return $"X-Request-ID is '{id}'";
        else if (requestId is not null && Sane().IsMatch(requestId) && id != requestId)
            yield return $"X-Request-ID is '{id}', not '{requestId}'";

        var type = response.Content.Headers.ContentType?.ToString();
        // What is wrong with a file is a file where one is asked for.
        var isFile = status == 400 && path == CsvClient.Import && type?.StartsWith("text/csv", StringComparison.Ordinal) == true;
        var wanted = status is 204 or 304 ? null : status >= 400 && !isFile ? "application/problem+json" : type ?? "something";
        if ((path.StartsWith(Api, StringComparison.Ordinal) || path.StartsWith("/files/", StringComparison.Ordinal))
            && type?.Split(';')[0] != wanted?.Split(';')[0])
        {
            yield return $"Content-Type is '{type}', not '{wanted}'";
        }

        if (!path.StartsWith("/files/", StringComparison.Ordinal) && Value(response, "ETag") is { Length: > 0 } tag && !Tag().IsMatch(tag))
            yield return $"ETag is '{tag}'";
        if (status is 200 or 201 or 304 && Value(response, "ETag") == "" && IsOfOne(method, path)) yield return $"{status} without an ETag";
        foreach (var (code, name) in new[] { (401, "WWW-Authenticate"), (405, "Allow"), (429, "Retry-After"), (503, "Retry-After") })
        {
            if (status == code && Value(response, name) == "") yield return $"{status} without {name}";
        }

        if (path.StartsWith(Api, StringComparison.Ordinal))
        {
            if (!Policy().IsMatch(Value(response, "RateLimit-Policy")))
                yield return $"RateLimit-Policy is '{Value(response, "RateLimit-Policy")}'";
            if (!Left().IsMatch(Value(response, "RateLimit"))) yield return $"RateLimit is '{Value(response, "RateLimit")}'";
        }

        if (status == 201 && Value(response, "Location") == "") yield return "201 without Location";
    }

    /// <summary>All values of a header, in the one order of a list.</summary>
    private static string Value(HttpResponseMessage response, string name)
    {
        HttpHeaders[] all = [response.Headers, response.Content.Headers];
        return string.Join(", ", all.SelectMany(headers => headers.NonValidated.TryGetValues(name, out var values) ? values : [])
            .SelectMany(value => name == "Cache-Control" ? value.Split(',', StringSplitOptions.TrimEntries) : [value])
            .Order(StringComparer.Ordinal));
    }

    private static bool IsOfOne(string method, string path) =>
        method is "GET" or "HEAD" or "PUT"
            ? One().IsMatch(path)
            : method == "POST" && (path == ApiClient.Opportunities || path.EndsWith("/status", StringComparison.Ordinal));

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,128}\z")]
    private static partial Regex Sane();

    [GeneratedRegex("""^"[1-9][0-9]*"\z""")]
    private static partial Regex Tag();

    [GeneratedRegex("""^"caller";q=[1-9][0-9]*;w=[1-9][0-9]*\z""")]
    private static partial Regex Policy();

    [GeneratedRegex("""^"caller";r=[0-9]+(;t=1)?\z""")]
    private static partial Regex Left();

    [GeneratedRegex(@"^/api/v1/opportunities/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z")]
    private static partial Regex One();
}
