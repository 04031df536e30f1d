namespace Opportunities.Api.Input;

/// <summary>
/// The rule of one input value: how it is read from JSON, from a CSV cell or from a query parameter, and how the OpenAPI
/// document describes it. A value is taken as it is or refused; nothing is guessed, rounded or cut. Reading gives what is wrong, or null.
/// </summary>
/// <param name="name">The member's name outside, in <c>snake_case</c>.</param>
internal abstract class Member<T>(string name, JsonValueKind kind, bool isNullable = false) : IMember
{
    public string Name { get; } = name;

    public string? Read(JsonElement element, out T value)
    {
        value = default!;
        if (element.ValueKind == JsonValueKind.Null) return isNullable ? null : "must not be null.";
        var isBoolean = element.ValueKind is JsonValueKind.True or JsonValueKind.False;
        if (isBoolean ? kind != JsonValueKind.True : element.ValueKind != kind) return $"must be {KindName}.";
        try
        {
            return ParseJson(element, out value);
        }
        catch (InvalidOperationException)
        {
            return "must be valid Unicode text.";
        }
    }

    /// <summary>Reads the text of a query parameter or of a cell.</summary>
    public virtual string? Parse(string text, out T value) => throw new NotSupportedException($"{Name} is JSON alone.");

    /// <summary>Reads a value of the right type. Text that is no Unicode is refused for it.</summary>
    protected virtual string? ParseJson(JsonElement element, out T value) => kind == JsonValueKind.String
        ? Parse(element.GetString()!, out value)
        : ParseJson(element.GetRawText(), out value);

    /// <summary>Reads a number or boolean as it stands in JSON, where it may be written in other ways than elsewhere.</summary>
    protected virtual string? ParseJson(string text, out T value) => Parse(text, out value);

    public abstract IOpenApiSchema Describe(OpenApiDocument document);

    private string KindName => kind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object or null",
        _ => "a boolean",
    };
}

internal interface IMember
{
    string Name { get; }

    /// <summary>The value's schema: a new one, or a reference to one of the document.</summary>
    IOpenApiSchema Describe(OpenApiDocument document);
}
