using System.Text.RegularExpressions;
using Newtonsoft.Json;
using NJsonSchema;
using NSwag;

namespace Opportunities.SystemTests.Api;

/// <summary>Compares answers with what the OpenAPI document says of them.</summary>
internal sealed partial class DocumentedAnswers
{
    /// <summary>On every answer alike, or of the transfer: <see cref="Contract.AnswerRules"/> knows them.</summary>
    private static readonly HashSet<string> _undocumented = new(StringComparer.OrdinalIgnoreCase)
    {
        "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Security-Policy", "Content-Type",
        "Cross-Origin-Resource-Policy", "Date", "Referrer-Policy", "Transfer-Encoding", "Vary", "X-Content-Type-Options",
    };

    /// <summary>Documented, and on some of the answers of their status only.</summary>
    private static readonly string[] _optional = ["Content-Disposition", "Idempotency-Replayed", "WWW-Authenticate"];

    private readonly IDictionary<string, JsonSchema> _schemas;

    private DocumentedAnswers(IDictionary<string, JsonSchema> schemas) => _schemas = schemas;

    /// <summary>Reads the document.</summary>
    public static async Task<DocumentedAnswers> OfAsync(string document)
    {
        var schemas = (await OpenApiDocument.FromJsonAsync(document)).Components.Schemas;
        // Members that the document does not name are differences, too.
        foreach (var schema in schemas.Values.Where(schema => schema.Properties.Count > 0)) schema.AllowAdditionalProperties = false;
        return new DocumentedAnswers(schemas);
    }

    /// <summary>How an answer differs from what the operation documents for its status code; nothing where it does not.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(DocumentedOperation operation, HttpResponseMessage response)
    {
        var documented = operation.Response((int)response.StatusCode);
        var described = documented["headers"]!.AsObject().Select(header => header.Key).ToList();
        var sent = response.Headers.Concat(response.Content.Headers).Select(header => header.Key).ToList();
        var differences = described.Except(_optional).Except(sent, StringComparer.OrdinalIgnoreCase)
            .Select(name => $"{name} is missing")
            .Concat(sent.Except(_undocumented, StringComparer.OrdinalIgnoreCase).Except(described, StringComparer.OrdinalIgnoreCase)
                .Select(name => $"{name} is not documented"))
            .ToList();
        var body = await response.Content.ReadAsStringAsync();
        if (documented["content"]?.AsObject() is not { } contents)
        {
            if (body.Length > 0) differences.Add($"no body was expected: {body}");
            return differences;
        }

        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!contents.TryGetPropertyValue(type, out var content))
            differences.Add($"{type} instead of {string.Join(" or ", contents.Select(known => known.Key))}");
        else if ((string?)content!["schema"]?["$ref"] is { } reference) differences.AddRange(Differences(reference.Split('/')[^1], body));
        return differences;
    }

    /// <summary>How a problem differs from the document's.</summary>
    public IEnumerable<string> ProblemDifferences(string body) => Differences("Problem", body);

    private IEnumerable<string> Differences(string schema, string body)
    {
        try
        {
            return body.Length == 0
                ? ["the body is missing"]
                : _schemas[schema].Validate(Astral().Replace(body, "x")).Select(error => $"{error} in {body}");
        }
        catch (JsonReaderException)
        {
            return [$"no JSON: {body}"];
        }
    }

    /// <summary>Letters that are two of UTF-16, as which the validator counts them; the document, and JSON Schema, count letters.</summary>
    [GeneratedRegex(@"[\ud800-\udbff][\udc00-\udfff]|\\u[dD][89abAB]..\\u[dD][c-fC-F]..")]
    private static partial Regex Astral();
}
