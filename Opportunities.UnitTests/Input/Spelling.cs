using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Opportunities.Api.Input;

namespace Opportunities.UnitTests.Input;

/// <summary>Reads values as a body, a query and a CSV cell do.</summary>
internal static class Spelling
{
    /// <summary>Text of the letters that numbers, times and ids are made of, and of those that look like them or like nothing.</summary>
    public static readonly Gen<string> Any =
        Gen.OneOf([.. "0123456789-+.:eETtZz,_ \t\n\r\0\u00a0\u200b\ufeff\u0660\uff11abcfAF{}()"]).Array[0, 40]
            .Select(letters => new string(letters));

    /// <summary>What may stand around a value and must not.</summary>
    public static readonly TheoryData<string> Around =
        [" ", "\t", "\n", "\r\n", "\r", "\0", "\v", "\f", "\u0085", "\u00a0", "\u2028", "\u200b", "\ufeff", "\u3000"];

    /// <summary>Reads the value of a member of a body.</summary>
    public static (string? Error, T Value) FromJson<T>(this Member<T> member, string json)
    {
        using var document = JsonDocument.Parse(json);
        var error = member.Read(document.RootElement, out var value);
        return (error, value);
    }

    /// <summary>Reads a parameter of a query, or a cell.</summary>
    public static (string? Error, T Value) FromText<T>(this Member<T> member, string text)
    {
        var error = member.Parse(text, out var value);
        return (error, value);
    }

    /// <summary>The text as a JSON string.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text);

    /// <summary>Runs with the habits of a place where a comma stands before the decimals, and another calendar counts the years.</summary>
    public static void Elsewhere(Action run)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (var name in new[] { "de-DE", "ar-SA", "fa-IR", "th-TH", "tr-TR" })
            {
                CultureInfo.CurrentCulture = new CultureInfo(name);
                run();
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>A text with what cannot be seen made visible.</summary>
    public static string Visible(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.IsAscii && !Rune.IsControl(rune) ? rune.ToString() : $"\\u{rune.Value:x4}"));
}
