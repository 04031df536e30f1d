using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>A resource of a template. Property paths are written with dots; a number picks from a list.</summary>
public sealed record Resource(string StackName, string LogicalId, JsonObject Json)
{
    /// <summary>Its type.</summary>
    public string Type => Json[nameof(Type)]!.GetValue<string>();

    /// <summary>What becomes of it when its stack goes.</summary>
    public string? DeletionPolicy => Json[nameof(DeletionPolicy)]?.GetValue<string>();

    /// <summary>The property at a path, or null.</summary>
    public JsonNode? this[string path]
    {
        get
        {
            JsonNode? node = Json["Properties"];
            foreach (var step in path.Split('.'))
            {
                node = node is JsonArray list && int.TryParse(step, out var index)
                    ? (index < list.Count ? list[index] : null)
                    : (node as JsonObject)?[step];
            }

            return node;
        }
    }

    /// <summary>The property at a path as text, whatever its type; null where it is absent.</summary>
    public string? Text(string path) => this[path]?.ToString();

    /// <summary>The list at a path; empty where it is absent.</summary>
    public IReadOnlyList<JsonNode> List(string path) => this[path] is JsonArray list ? [.. list.Select(item => item!)] : [];

    /// <summary>Asserts the value at a path.</summary>
    public void Has(string path, object expected) =>
        Assert.True(
            string.Equals(
                Convert.ToString(expected, System.Globalization.CultureInfo.InvariantCulture), Text(path),
                StringComparison.OrdinalIgnoreCase),
            $"{this}: {path} is {Text(path) ?? "absent"}, not {expected}.");

    public override string ToString() => $"{StackName}/{LogicalId} ({Type})";
}
