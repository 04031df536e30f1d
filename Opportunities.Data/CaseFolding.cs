using System.Text;

namespace Opportunities.Data;

/// <summary>Unicode's full case folding (CaseFolding.txt, C and F): texts that differ in case alone become one, in form C.</summary>
internal static class CaseFolding
{
    /// <summary>
    /// Folds a text. What .NET maps letter by letter is folded by way of the capitals, where the forms of one letter meet (σ and ς). A text
    /// and its lower case, which earlier releases made keys of, are folded to the same.
    /// </summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        // Apart, as letters with marks are folded: some have no capital of their own.
        foreach (var letter in text.Normalize(NormalizationForm.FormD))
        {
            switch (letter)
            {
                case 'ß' or 'ẞ':
                    folded.Append("ss");
                    break;
                // Ligatures, and letters with a mark beside them, that have no capital: those of their parts are meant.
                case 'ŉ' or 'և' or 'ẚ' or (>= 'ﬀ' and <= 'ﬆ') or (>= 'ﬓ' and <= 'ﬗ'):
                    folded.Append(letter.ToString().Normalize(NormalizationForm.FormKD));
                    break;
                default:
                    folded.Append(letter);
                    break;
            }
        }

        return folded.ToString().ToUpperInvariant().ToLowerInvariant().Normalize();
    }
}
