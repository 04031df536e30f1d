namespace Opportunities.Api.Input;

/// <summary>Values that have one rule, at least one and each once: a JSON array; in a query parameter, with commas between them.</summary>
internal sealed class ListMember<T>(Member<T> item, int max) : Member<IReadOnlyList<T>>(item.Name, JsonValueKind.Array)
{
    public override string? Parse(string text, out IReadOnlyList<T> value) => Read(text.Split(','), item.Parse, out value);

    protected override string? ParseJson(JsonElement element, out IReadOnlyList<T> value) =>
        Read([.. element.EnumerateArray()], item.Read, out value);

    private string? Read<TItem>(TItem[] items, Rule<TItem> rule, out IReadOnlyList<T> value)
    {
        var list = new List<T>();
        value = list;
        if (items.Length == 0 || items.Length > max) return $"must have 1 to {max} items, not {items.Length}.";
        foreach (var one in items)
        {
            if (rule(one, out var read) is { } error) return $"has an item that {error}";
            if (list.Contains(read)) return "must not have an item twice.";
            list.Add(read);
        }

        return null;
    }

    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Array,
        Items = item.Describe(document),
        MinItems = 1,
        MaxItems = max,
        UniqueItems = true,
    };

    private delegate string? Rule<in TItem>(TItem item, out T value);
}
