using System.Text.Json.Nodes;

namespace Opportunities.Api.Input;

/// <summary>One of a few words, exactly as written.</summary>
/// <param name="choices">The words; the first is the default.</param>
/// <param name="schema">What the document calls them, where that is not the member's name.</param>
internal sealed class ChoiceMember(string name, IReadOnlyList<string> choices, string? schema = null)
    : Member<string>(name, JsonValueKind.String)
{
    public override string? Parse(string text, out string value)
    {
        value = text;
        return choices.Contains(text) ? null : $"must be one of {string.Join(", ", choices)}.";
    }

    public override IOpenApiSchema Describe(OpenApiDocument document)
    {
        // Described once, however many operations take it.
        var id = schema ?? string.Concat(Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        document.AddComponent(
            id, new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. choices.Select(choice => (JsonNode)choice)] });
        return new OpenApiSchemaReference(id, document);
    }
}
