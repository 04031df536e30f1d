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

    protected override string? ParseJson(string text, out IReadOnlyList<T> value)
    {
        var items = new List<T>();
        value = items;
        using var document = JsonDocument.Parse(text);
        var length = document.RootElement.GetArrayLength();
        if (length == 0 || length > max) return $"must have 1 to {max} items, not {length}.";
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (item.Read(element, out var one) is { } error) return $"has an item that {error}";
            if (items.Contains(one)) return "must not have an item twice.";
            items.Add(one);
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
