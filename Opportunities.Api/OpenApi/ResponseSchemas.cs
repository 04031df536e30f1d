using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Opportunities.Api.Input;

namespace Opportunities.Api.OpenApi;

/// <summary>Says of the answers' schemas what their types imply, where no attribute says more.</summary>
internal static class ResponseSchemas
{
    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        // What is always written is always there, whether it can be set or is made of other members.
        foreach (var member in context.JsonTypeInfo.Properties.Where(member => member.ShouldSerialize is null))
            (schema.Required ??= new HashSet<string>()).Add(member.Name);
        if (type.IsEnum)
        {
            // Outside, it is what WireName makes of it: a string with a few values.
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. Enum.GetNames(type).Select(name => (JsonNode)JsonNamingPolicy.SnakeCaseUpper.ConvertName(name))];
        }

        if (type == typeof(Guid)) schema.MaxLength = 36;
        if (type == typeof(DateTime)) schema.MaxLength = TimeMember.MaxLength;
        if (type == typeof(decimal)) schema.Format = "decimal";
        if (type == typeof(int)) Bound(schema, int.MaxValue);
        if (type == typeof(long)) Bound(schema, long.MaxValue);
        return Task.CompletedTask;
    }

    // No count, size or version is negative.
    private static void Bound(OpenApiSchema schema, long maximum)
    {
        schema.Minimum ??= "0";
        schema.Maximum ??= maximum.ToString(CultureInfo.InvariantCulture);
    }
}
