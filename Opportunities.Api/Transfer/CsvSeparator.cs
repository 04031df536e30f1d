using Opportunities.Api.Input;

namespace Opportunities.Api.Transfer;

/// <summary>What stands between the cells of a file.</summary>
internal static class CsvSeparator
{
    public const char Default = ',';

    private static readonly (string Name, char Character)[] _all = [("COMMA", ','), ("SEMICOLON", ';'), ("TAB", '\t')];

    public static readonly ChoiceMember Member = new("separator", [.. _all.Select(known => known.Name)]);

    /// <summary>Reads the parameter; null where it is absent or wrong.</summary>
    public static char? Read(QueryInput input, string description) => input.Text(Member, description) is { } name
        && Array.Find(_all, known => known.Name == name) is { Name: not null } found ? found.Character : null;

    /// <summary>The parameter's value for a character; null where it has none.</summary>
    public static string? NameOf(char character) => Array.Find(_all, known => known.Character == character).Name;

    public static string Show(char character) => character == '\t' ? "a tab" : $"'{character}'";
}
