namespace Opportunities.Api.Input;

/// <summary>One of an enum's names, exactly as written: <c>UPPER_SNAKE_CASE</c>, never a number.</summary>
internal sealed class EnumMember<T>(string name) : Member<T>(name, JsonValueKind.String)
    where T : struct, Enum
{
    public override string? Parse(string text, out T value) =>
        WireName<T>.TryParse(text, out value) ? null : $"must be one of {string.Join(", ", WireName<T>.All)}.";

    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchemaReference(typeof(T).Name, document);
}
