namespace Opportunities.Api.Input;

/// <summary>What another system calls an opportunity: a source and an id, or null; as text the two with a slash between them.</summary>
internal sealed class ExternalIdMember(string name) : Member<ExternalId?>(name, JsonValueKind.Object, isNullable: true)
{
    public static readonly ExternalSourceMember Source = new("source");
    public static readonly TextMember Id = new("id", 1, OpportunityLimits.ExternalId);

    public override string? Parse(string text, out ExternalId? value)
    {
        value = null;
        // Two empty cells.
        if (text == "/") return null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "must be a source and an id." : Parse(text[..slash], text[(slash + 1)..], out value);
    }

    protected override string? ParseJson(JsonElement element, out ExternalId? value)
    {
        value = null;
        var (source, id) = (default(JsonElement), default(JsonElement));
        foreach (var member in element.EnumerateObject())
        {
            ref var known = ref source;
            if (member.NameEquals("id")) known = ref id;
            else if (!member.NameEquals("source")) return "must have no members but source and id.";
            if (known.ValueKind != JsonValueKind.Undefined) return "must not have a member twice.";
            if (member.Value.ValueKind != JsonValueKind.String) return "must have a source and an id that are strings.";
            known = member.Value;
        }

        if (source.ValueKind == JsonValueKind.Undefined || id.ValueKind == JsonValueKind.Undefined) return "must have a source and an id.";
        return Parse(source.GetString()!, id.GetString()!, out value);
    }

    public override IOpenApiSchema Describe(OpenApiDocument document)
    {
        document.AddComponent("ExternalIdInput", new OpenApiSchema
        {
            Type = JsonSchemaType.Object | JsonSchemaType.Null,
            Description = "What another system calls it; null where none does. Of those that are not deleted no two have the same.",
            Properties = new Dictionary<string, IOpenApiSchema> { ["source"] = Source.Describe(document), ["id"] = Id.Describe(document) },
            Required = new HashSet<string> { "source", "id" },
            AdditionalPropertiesAllowed = false,
        });
        return new OpenApiSchemaReference("ExternalIdInput", document);
    }

    private static string? Parse(string source, string id, out ExternalId? value)
    {
        value = null;
        if (Source.Parse(source, out var system) is { } wrongSource) return $"has a source that {wrongSource}";
        if (Id.Parse(id, out var key) is { } wrongId) return $"has an id that {wrongId}";
        value = new(system, key);
        return null;
    }
}

internal sealed partial class ExternalSourceMember(string name)
    : StringMember<string>(name, OpportunityLimits.ExternalSource, pattern: "^[a-z0-9._-]+$")
{
    public override string? Parse(string text, out string value)
    {
        value = text;
        return Form().IsMatch(text) ? null : $"must be 1 to {OpportunityLimits.ExternalSource} of a-z, 0-9, '.', '_' and '-'.";
    }

    [GeneratedRegex(@"^[a-z0-9._-]{1,50}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
