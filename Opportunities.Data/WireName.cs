using System.Collections.Frozen;
using System.Text;

namespace Opportunities.Data;

/// <summary>
/// The names of enum members outside the code (JSON, CSV, query strings, the database, the history): <c>UPPER_SNAKE_CASE</c>,
/// case-sensitive, never a number.
/// </summary>
/// <typeparam name="T">The enum.</typeparam>
public static class WireName<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> _names =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => ToUpperSnakeCase(value.ToString()));

    private static readonly FrozenDictionary<string, T> _values =
        _names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<T>().Select(value => _names[value])];

    /// <summary>The name of a member.</summary>
    /// <param name="value">A declared member.</param>
    /// <returns>The name.</returns>
    public static string Of(T value) => _names[value];

    /// <summary>Looks a name up.</summary>
    /// <param name="name">The name, exactly as written outside.</param>
    /// <param name="value">The member, where there is one.</param>
    /// <returns>Whether the name is a member's.</returns>
    public static bool TryParse(string name, out T value) => _values.TryGetValue(name, out value);

    /// <summary>The member of a name that is known to be one, such as a stored one.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The member.</returns>
    public static T Parse(string name) => _values[name];

    private static string ToUpperSnakeCase(string pascalCase)
    {
        var name = new StringBuilder(pascalCase.Length + 4);
        foreach (var letter in pascalCase)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0) name.Append('_');
            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
