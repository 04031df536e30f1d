using System.Text.Json;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The CDK behaviours that the stacks are written for (<c>feature-flags.json</c>). They are set here and not in <c>cdk.json</c>, which
/// neither an Aspire AppHost nor a test reads: the same stacks, whoever creates them.
/// </summary>
internal static class CdkBehaviours
{
    private static readonly JsonElement _flags = Read();

    public static void Apply(Construct scope)
    {
        foreach (var flag in _flags.EnumerateObject()) scope.Node.SetContext(flag.Name, Value(flag.Value));
    }

    private static object Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        JsonValueKind.Array => value.EnumerateArray().Select(item => item.GetString()!).ToArray(),
        _ => value.GetString()!,
    };

    private static JsonElement Read()
    {
        using var stream = typeof(CdkBehaviours).Assembly.GetManifestResourceStream("feature-flags.json")!;
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }
}
