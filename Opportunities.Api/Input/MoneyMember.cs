namespace Opportunities.Api.Input;

/// <summary>
/// An amount of money: a number with at most two decimals, exact. However it is written, its value has two decimals. A body may write
/// any JSON number, as programs do; a query or a cell, where people write, has digits with an optional point.
/// </summary>
/// <param name="allowZero">Whether 0 is an amount, as it is for a bound of a search.</param>
internal sealed partial class MoneyMember(string name, bool allowZero = false) : Member<decimal>(name, JsonValueKind.Number)
{
    /// <summary>Longest number that is looked at, in characters.</summary>
    private const int MaxLength = 64;

    /// <summary>The digits before a point that a <see langword="decimal"/> holds beside two others; more than any amount has.</summary>
    private const int MaxIntegerDigits = 26;

    public override string? Parse(string text, out decimal value)
    {
        value = 0;
        return text.Length <= MaxLength && Plain().IsMatch(text) ? Parse(text, exponent: 0, out value) : OutOfRange;
    }

    protected override string? ParseJson(string text, out decimal value)
    {
        value = 0;
        if (text.Length > MaxLength || text[0] == '-') return OutOfRange;
        var e = text.AsSpan().IndexOfAny('e', 'E');
        if (e < 0) return Parse(text, exponent: 0, out value);
        // An exponent that is no int is far out of every range.
        return int.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            ? Parse(text.AsSpan(0, e), exponent, out value)
            : OutOfRange;
    }

    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Number,
        Format = "decimal",
        Minimum = allowZero ? "0" : "0.01",
        Maximum = OpportunityLimits.Budget.ToString(CultureInfo.InvariantCulture),
    };

    // Digits with an optional point, times a power of ten. Counted in the digits: a decimal would have been rounded to what it can hold.
    private string? Parse(ReadOnlySpan<char> mantissa, int exponent, out decimal value)
    {
        value = 0.00m;
        var point = mantissa.IndexOf('.');
        var digits = (point < 0 ? mantissa.ToString() : $"{mantissa[..point]}{mantissa[(point + 1)..]}").TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0) return allowZero ? null : OutOfRange;
        var decimals = (point < 0 ? 0L : mantissa.Length - point - 1) - (digits.Length - significant.Length) - exponent;
        if (decimals > 2) return "must have at most two decimals.";
        if (significant.Length - decimals > MaxIntegerDigits) return OutOfRange;
        value = decimal.Parse(significant.PadRight(significant.Length + 2 - (int)decimals, '0'), CultureInfo.InvariantCulture) * 0.01m;
        return value > OpportunityLimits.Budget ? OutOfRange : null;
    }

    private string OutOfRange => string.Create(
        CultureInfo.InvariantCulture,
        $"must be a number {(allowZero ? "from" : "above")} 0 up to {OpportunityLimits.Budget}, with at most two decimals.");

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
