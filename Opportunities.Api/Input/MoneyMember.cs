using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Opportunities.Data;

namespace Opportunities.Api.Input;

/// <summary>An amount of money: a number with at most two decimals, exact.</summary>
/// <param name="name">The member's name.</param>
/// <param name="allowZero">Whether 0 is an amount, as it is for a bound of a search.</param>
public sealed partial class MoneyMember(string name, bool allowZero = false) : Member<decimal>(name, JsonValueKind.Number)
{
    /// <inheritdoc />
    public override string? Parse(string text, out decimal value)
    {
        value = 0;
        if (text.Length > 64 || !Number().IsMatch(text) || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return OutOfRange;
        // Asked of the text: a decimal has already been rounded to what it can hold.
        if (Decimals(text) > 2) return "must have at most two decimals.";
        return value > OpportunityLimits.Budget || value < 0 || (value == 0 && !allowZero) ? OutOfRange : null;
    }

    // Trailing zeros do not count: 10000.0 and 10000.000 are both exact.
    private static int Decimals(string text)
    {
        var e = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimEnd('0').Length;
        return significant == 0 ? 0 : (point < 0 ? 0 : mantissa.Length - point - 1) - exponent - (digits.Length - significant);
    }

    /// <inheritdoc />
    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Number,
        Format = "decimal",
        Minimum = allowZero ? "0" : "0.01",
        Maximum = OpportunityLimits.Budget.ToString(CultureInfo.InvariantCulture),
    };

    private string OutOfRange =>
        $"must be a number {(allowZero ? "from" : "above")} 0 up to {OpportunityLimits.Budget.ToString(CultureInfo.InvariantCulture)}, with at most two decimals.";

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
