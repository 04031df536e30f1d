using System.Globalization;
using System.Text.Json;
using Microsoft.OpenApi;

namespace Opportunities.Api.Input;

/// <summary>A whole number, written without fraction or exponent.</summary>
/// <param name="name">The member's name.</param>
/// <param name="min">The least value.</param>
/// <param name="max">The greatest value.</param>
public sealed class IntegerMember(string name, long min, long max) : Member<long>(name, JsonValueKind.Number)
{
    /// <inheritdoc />
    public override string? Parse(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max
            ? null
            : $"must be a whole number from {min} to {max}.";

    /// <inheritdoc />
    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Format = max > int.MaxValue ? "int64" : "int32",
        Minimum = min.ToString(CultureInfo.InvariantCulture),
        Maximum = max.ToString(CultureInfo.InvariantCulture),
    };
}
