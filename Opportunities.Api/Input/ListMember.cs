using System.Text.Json;
using Microsoft.OpenApi;

namespace Opportunities.Api.Input;

/// <summary>A JSON array of values that have one rule: at least one, and each once.</summary>
/// <param name="item">The rule of each.</param>
/// <param name="max">How many there may be.</param>
internal sealed class ListMember<T>(Member<T> item, int max) : Member<IReadOnlyList<T>>(item.Name, JsonValueKind.Array)
{
    public override string? Parse(string text, out IReadOnlyList<T> value)
    {
        var error = item.Parse(text, out var one);
        value = [one];
        return error;
    }

    protected override string? ParseJson(JsonElement element, out IReadOnlyList<T> value)
    {
        var items = new List<T>();
        value = items;
        var length = element.GetArrayLength();
        if (length == 0 || length > max) return $"must have 1 to {max} items, not {length}.";
        foreach (var one in element.EnumerateArray())
        {
            if (item.Read(one, out var read) is { } error) return $"has an item that {error}";
            if (items.Contains(read)) return "must not have an item twice.";
            items.Add(read);
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
}
