namespace Opportunities.Api.Input;

/// <summary>A whole number: digits, and nothing else.</summary>
/// <param name="min">The least value; no less than 0.</param>
internal sealed class IntegerMember(string name, long min, long max) : Member<long>(name, JsonValueKind.Number)
{
    /// <summary>The digits of the greatest number that certainly is a <see langword="long"/>.</summary>
    private const int MaxLength = 18;

    public override string? Parse(string text, out long value)
    {
        value = 0;
        // Asked first: the parser itself would pass over NULs behind the digits.
        return text.Length is > 0 and <= MaxLength && text.All(char.IsAsciiDigit)
            && (value = long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)) >= min && value <= max
            ? null
            : $"must be a whole number from {min} to {max}.";
    }

    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Format = max > int.MaxValue ? "int64" : "int32",
        Minimum = min.ToString(CultureInfo.InvariantCulture),
        Maximum = max.ToString(CultureInfo.InvariantCulture),
    };
}
