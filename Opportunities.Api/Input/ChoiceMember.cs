using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Opportunities.Api.Input;

/// <summary>One of a few words, exactly as written.</summary>
/// <param name="name">The member's name.</param>
/// <param name="choices">The words; the first is the default.</param>
public sealed class ChoiceMember(string name, IReadOnlyList<string> choices) : Member<string>(name, JsonValueKind.String)
{
    /// <inheritdoc />
    public override string? Parse(string text, out string value)
    {
        value = text;
        return choices.Contains(text) ? null : $"must be one of {string.Join(", ", choices)}.";
    }

    /// <inheritdoc />
    public override OpenApiSchema Describe() => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. choices.Select(choice => (JsonNode)choice)],
    };
}
