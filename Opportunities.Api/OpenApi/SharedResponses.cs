using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;

namespace Opportunities.Api.OpenApi;

/// <summary>What the answers of all operations share: their headers, and the refusals. Each is described once, and referred to.</summary>
internal static class SharedResponses
{
    private const string ContentDisposition = "Content-Disposition";

    /// <summary>Each header with the status codes that it stands on; none: on all.</summary>
    private static readonly (string Name, string Description, OpenApiSchema Schema, int[] Statuses)[] _headers =
    [
        ("X-Request-ID", "The request's id: the caller's own, or a new one.",
            new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 128, Pattern = "^[A-Za-z0-9._:-]+$" }, []),
        ("Retry-After", "Seconds to wait before trying again.",
            new() { Type = JsonSchemaType.Integer, Format = "int32", Minimum = "0", Maximum = "86400" }, [429, 503]),
        (CallerQuota.PolicyHeader,
            "How many requests a caller may make of one process at once (q), and in how many seconds as many again (w).",
            new() { Type = JsonSchemaType.String, MaxLength = 100, Pattern = "^\"caller\";q=[0-9]+;w=[0-9]+$" }, []),
        (CallerQuota.Header,
            "How many of them are left at the process that answers (r), and in how many seconds there are more "
            + "(t; absent while all are left).",
            new() { Type = JsonSchemaType.String, MaxLength = 100, Pattern = "^\"caller\";r=[0-9]+(;t=[0-9]+)?$" }, []),
        ("WWW-Authenticate", "Which token is needed (RFC 6750). On 403 only where the token lacks the operation's permission.",
            new() { Type = JsonSchemaType.String, MaxLength = 1000, Pattern = "^Bearer" }, [401, 403]),
        ("Location", "Where the new thing lies.",
            new() { Type = JsonSchemaType.String, Format = "uri-reference", MaxLength = 200 }, [201]),
        ("ETag", "The opportunity's version as a strong entity tag.",
            new() { Type = JsonSchemaType.String, MaxLength = 12, Pattern = "^\"[0-9]+\"$" }, []),
        ("Idempotency-Replayed", "true on the first answer given again; absent otherwise.",
            new() { Type = JsonSchemaType.String, Enum = ["true"] }, [200, 201]),
        (ContentDisposition, "The name to save the answer under, where it is CSV.",
            new() { Type = JsonSchemaType.String, MaxLength = 100, Pattern = "^attachment; filename=" }, [200, 400]),
    ];

    public static void Describe(OpenApiDocument document)
    {
        document.Components!.Headers = _headers.ToDictionary(
            header => header.Name,
            IOpenApiHeader (header) => new OpenApiHeader { Description = header.Description, Schema = header.Schema });
        // The framework leaves out what a list of enum members is of.
        ((OpenApiSchema)document.Components.Schemas![nameof(Problem)].Properties!["allowed"]).Items =
            new OpenApiSchemaReference(nameof(OpportunityStatus), document);
        var used = document.Paths.Values.SelectMany(path => path.Operations!.Values).SelectMany(operation => operation.Responses!)
            .Where(response => response.Value is OpenApiResponseReference)
            .Select(response => int.Parse(response.Key, CultureInfo.InvariantCulture));
        document.Components.Responses = used.Distinct().Order().ToDictionary(
            Name,
            IOpenApiResponse (status) => new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Headers = References(
                    document,
                    _headers.Where(header => header.Name is not ("ETag" or ContentDisposition) && IsOn(header.Statuses, status))
                        .Select(header => header.Name)),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), document) },
                },
            });
    }

    /// <summary>Makes an operation's answers refer to them.</summary>
    /// <param name="requested">The headers of its answers that a header of the request asks for.</param>
    /// <param name="isLimited">Whether it counts against a caller's quota.</param>
    public static void Use(OpenApiOperation operation, IReadOnlyCollection<string?> requested, bool isLimited, OpenApiDocument document)
    {
        var responses = operation.Responses!.OrderBy(response => response.Key, StringComparer.Ordinal).ToList();
        operation.Responses = [];
        foreach (var (code, response) in responses)
        {
            operation.Responses[code] = response;
            var status = int.Parse(code, CultureInfo.InvariantCulture);
            if (response.Content is { Count: 1 } content && content.ContainsKey("application/problem+json"))
            {
                operation.Responses[code] = new OpenApiResponseReference(Name(status), document);
                continue;
            }

            var names = _headers.Where(header => IsOn(header.Statuses, status)).Select(header => header.Name)
                .Where(name => name is not ("Idempotency-Replayed" or "ETag") || requested.Contains(name)
                    || (name == "ETag" && status == StatusCodes.Status201Created))
                .Where(name => name is not ContentDisposition || response.Content?.ContainsKey(CsvDescription.MediaType) == true)
                .Where(name => isLimited || name is not (CallerQuota.PolicyHeader or CallerQuota.Header));
            ((OpenApiResponse)response).Headers = References(document, names);
        }
    }

    private static bool IsOn(int[] statuses, int status) => statuses.Length == 0 || statuses.Contains(status);

    private static string Name(int status) => ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal);

    private static Dictionary<string, IOpenApiHeader> References(OpenApiDocument document, IEnumerable<string> names) =>
        names.ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document));
}
