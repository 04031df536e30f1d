using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Opportunities.Data;

namespace Opportunities.Api.Input;

/// <summary>A time as in RFC 3339, with an offset and at most six fraction digits (what PostgreSQL stores); taken as UTC.</summary>
/// <param name="name">The member's name.</param>
public sealed partial class TimeMember(string name) : Member<DateTime>(name, JsonValueKind.String)
{
    /// <summary>Longest time, in characters.</summary>
    public const int MaxLength = 32;

    /// <inheritdoc />
    public override string? Parse(string text, out DateTime value)
    {
        value = default;
        if (!Rfc3339().IsMatch(text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return "must be an RFC 3339 time with an offset and at most six fraction digits, such as 2023-01-01T00:00:00Z.";
        }

        value = time.UtcDateTime;
        return value.Year is < OpportunityLimits.FirstYear or > OpportunityLimits.LastYear
            ? $"must lie in the years {OpportunityLimits.FirstYear} to {OpportunityLimits.LastYear}."
            : null;
    }

    /// <inheritdoc />
    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Format = "date-time",
        MaxLength = MaxLength,
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
