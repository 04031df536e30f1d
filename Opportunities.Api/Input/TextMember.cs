using System.Text.Json;
using Microsoft.OpenApi;

namespace Opportunities.Api.Input;

/// <summary>Text: trimmed, not blank, without NUL (which PostgreSQL cannot store), its length counted in Unicode code points.</summary>
/// <param name="name">The member's name.</param>
/// <param name="min">Shortest length after trimming.</param>
/// <param name="max">Longest length after trimming.</param>
public sealed class TextMember(string name, int min, int max) : Member<string>(name, JsonValueKind.String)
{
    /// <inheritdoc />
    public override string? Parse(string text, out string value)
    {
        value = text.Trim();
        if (value.Length == 0) return "must not be blank.";
        if (value.Contains('\0')) return "must not contain NUL.";
        var length = value.Length;
        foreach (var letter in value)
        {
            if (char.IsLowSurrogate(letter)) length--;
        }

        return length < min || length > max ? $"must have {min} to {max} characters, not {length}." : null;
    }

    /// <inheritdoc />
    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = min, MaxLength = max };
}
