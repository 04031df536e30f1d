using System.Text.Json.Nodes;

namespace Opportunities.Api.Input;

/// <summary>A value that is a string in JSON, with what the document says of it.</summary>
internal abstract class StringMember<T>(
    string name, int maxLength, int? minLength = 1, string? description = null, string? format = null, string? pattern = null,
    params string[] examples)
    : Member<T>(name, JsonValueKind.String)
{
    protected int Longest => maxLength;

    public sealed override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        MinLength = minLength,
        MaxLength = maxLength,
        Description = description,
        Format = format,
        Pattern = pattern,
        Examples = examples is [] ? null : [.. examples.Select(example => (JsonNode)example)],
    };
}
