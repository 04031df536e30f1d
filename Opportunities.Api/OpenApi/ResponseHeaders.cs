using Microsoft.OpenApi;
using Opportunities.Api.Idempotency;

namespace Opportunities.Api.OpenApi;

/// <summary>The headers of answers in the OpenAPI document.</summary>
internal static class ResponseHeaders
{
    private static readonly (string Name, string Description, string Statuses)[] _headers =
    [
        ("X-Request-ID", "The request's id: the caller's own, or a new one.", ""),
        ("Retry-After", "Seconds to wait before trying again.", "429 503"),
        ("WWW-Authenticate", "Which token is needed (RFC 6750).", "401"),
        ("Location", "Where the new thing lies.", "201"),
        ("Idempotency-Replayed", "true on the first answer given again.", "200 201"),
    ];

    public static void Describe(OpenApiOperation operation)
    {
        var takesKey = operation.Parameters?.Any(parameter => parameter.Name == Idempotent.Header) == true;
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is not OpenApiResponse concrete) continue;
            foreach (var (name, description, statuses) in _headers.Where(header => header.Statuses.Length == 0 || header.Statuses.Contains(status)))
            {
                if (name == "Idempotency-Replayed" && !takesKey) continue;
                (concrete.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeader
                {
                    Description = description,
                    Schema = new OpenApiSchema { Type = name == "Retry-After" ? JsonSchemaType.Integer : JsonSchemaType.String },
                };
            }
        }
    }
}
