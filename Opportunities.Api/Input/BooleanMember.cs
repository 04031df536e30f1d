namespace Opportunities.Api.Input;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BooleanMember(string name) : Member<bool>(name, JsonValueKind.True)
{
    public override string? Parse(string text, out bool value)
    {
        value = text == "true";
        return value || text == "false" ? null : "must be true or false.";
    }

    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema { Type = JsonSchemaType.Boolean };
}
