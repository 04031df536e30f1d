using CsvHelper;
using Opportunities.Api.Input;

namespace Opportunities.Api.Transfer;

/// <summary>What a file calls its columns: <c>title:Projekt,client_name:Kunde</c>, as CSV, so that a name can hold a comma.</summary>
/// <param name="members">The members that a file can have.</param>
internal sealed class ColumnNamesMember(string name, IReadOnlyList<string> members) : StringMember<IReadOnlyDictionary<string, string>>(
    name, MaxLength, examples: ["title:Projekt,client_name:Kunde", "\"title:Projekt, kurz\",client_name:Kunde"])
{
    private const int MaxLength = 2000;
    private const string Wrong =
        "must be members with the names of their columns, such as title:Projekt,client_name:Kunde; "
        + "one with a comma in its name stands in quotes.";

    public override string? Parse(string text, out IReadOnlyDictionary<string, string> value)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        value = names;
        if (text.Length > MaxLength) return $"must have at most {MaxLength} characters.";
        if (Pairs(text) is not { } pairs) return Wrong;
        foreach (var pair in pairs)
        {
            if (pair.Split(':', 2) is not [var member, { Length: > 0 } column]) return Wrong;
            if (!members.Contains(member)) return $"names {InputErrors.Shown(member)}, which is no column that can be imported.";
            if (!names.TryAdd(member, column)) return $"names {member} twice.";
        }

        // Of two members with one column nobody knows whose it is.
        var twice = members.GroupBy(member => names.GetValueOrDefault(member, member)).FirstOrDefault(column => column.Count() > 1);
        return twice is null ? null : $"gives two members the column {InputErrors.Shown(twice.Key)}.";
    }

    /// <summary>The cells of one record; null where it is none.</summary>
    private static List<string>? Pairs(string text)
    {
        var isMalformed = false;
        using var csv = CsvReader.Create(Encoding.UTF8.GetBytes(text), new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            SkipEmptyLines = false,
            OnMalformedRecord = _ => isMalformed = true,
        });
        if (!csv.Read()) return null;
        List<string> pairs = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];
        return isMalformed || csv.Read() ? null : pairs;
    }
}
