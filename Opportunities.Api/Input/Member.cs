using System.Text.Json;
using Microsoft.OpenApi;

namespace Opportunities.Api.Input;

/// <summary>
/// The rule of one input value: how it is read from JSON, from a CSV cell or from a query parameter, and how the OpenAPI
/// document describes it. A value is taken as it is or refused; nothing is guessed, rounded or cut.
/// </summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="name">The member's name outside, in <c>snake_case</c>.</param>
/// <param name="kind">The JSON type that the value must have.</param>
public abstract class Member<T>(string name, JsonValueKind kind) : IMember
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <summary>Reads the value from JSON.</summary>
    /// <param name="element">The JSON value.</param>
    /// <param name="value">The value, where it is valid.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public string? Read(JsonElement element, out T value)
    {
        value = default!;
        if (element.ValueKind == JsonValueKind.Null) return "must not be null.";
        var isBoolean = element.ValueKind is JsonValueKind.True or JsonValueKind.False;
        if (isBoolean ? kind != JsonValueKind.True : element.ValueKind != kind) return $"must be a {KindName}.";
        if (kind != JsonValueKind.String) return ParseJson(element.GetRawText(), out value);
        try
        {
            return Parse(element.GetString()!, out value);
        }
        catch (InvalidOperationException)
        {
            return "must be valid Unicode text.";
        }
    }

    /// <summary>Reads the value from the text of a query parameter or of a cell.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value, where it is valid.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public abstract string? Parse(string text, out T value);

    /// <summary>Reads the value from a number or boolean in JSON, where it may be written in other ways than elsewhere.</summary>
    /// <param name="text">The number or boolean as it stands in the JSON.</param>
    /// <param name="value">The value, where it is valid.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    protected virtual string? ParseJson(string text, out T value) => Parse(text, out value);

    /// <inheritdoc />
    public abstract IOpenApiSchema Describe(OpenApiDocument document);

    private string KindName => kind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "boolean",
    };
}

/// <summary>An input value's name and description, whatever its type.</summary>
public interface IMember
{
    /// <summary>The member's name outside, in <c>snake_case</c>.</summary>
    string Name { get; }

    /// <summary>The value's schema in the OpenAPI document.</summary>
    /// <param name="document">The document that holds the schemas which are referred to.</param>
    /// <returns>A new schema, or a reference to one.</returns>
    IOpenApiSchema Describe(OpenApiDocument document);
}
