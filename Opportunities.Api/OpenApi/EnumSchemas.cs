using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.OpenApi;

/// <summary>Describes enums as what they are outside: strings with a few values.</summary>
internal static class EnumSchemas
{
    private static readonly Dictionary<Type, IReadOnlyList<string>> _names = new()
    {
        [typeof(OpportunityStatus)] = WireName<OpportunityStatus>.All,
        [typeof(Priority)] = WireName<Priority>.All,
        [typeof(SkillType)] = WireName<SkillType>.All,
        [typeof(ExperienceLevel)] = WireName<ExperienceLevel>.All,
        [typeof(Importance)] = WireName<Importance>.All,
        [typeof(TimelineType)] = WireName<TimelineType>.All,
    };

    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue(context.JsonTypeInfo.Type, out var names))
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. names.Select(name => (JsonNode)name)];
        }

        return Task.CompletedTask;
    }
}
