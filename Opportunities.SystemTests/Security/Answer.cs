using System.Net.Http.Headers;

namespace Opportunities.SystemTests.Security;

/// <summary>An answer of the API as a scanner keeps it.</summary>
/// <param name="Request">Method and address.</param>
/// <param name="Status">The status code.</param>
/// <param name="Headers">All headers; one with several values has a line for each.</param>
/// <param name="Body">The body.</param>
public sealed record Answer(string Request, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public string MediaType => MediaTypeHeaderValue.TryParse(Header("Content-Type"), out var type) ? type.MediaType! : "";

    /// <summary>Whether it is a page: a redirect shows nothing.</summary>
    public bool IsHtml => MediaType == "text/html" && Status is not (>= 300 and < 400);

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.PathAndQuery}",
        (int)response.StatusCode,
        [.. from header in response.Headers.Concat(response.Content.Headers)
            from value in header.Value
            select KeyValuePair.Create(header.Key, value)],
        await response.Content.ReadAsStringAsync());

    public bool Has(string name) => Values(name).Any();

    /// <summary>The values of a header as one text, empty where there is none.</summary>
    public string Header(string name) => string.Join(", ", Values(name));

    public IEnumerable<string> Values(string name) =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);
}
