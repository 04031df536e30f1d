using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;

namespace Opportunities.Data;

/// <summary>
/// The names of enum members outside the code (JSON, CSV, query strings, the database, the history): <c>UPPER_SNAKE_CASE</c>,
/// case-sensitive, never a number.
/// </summary>
public static class WireName<T>
    where T : struct, Enum
{
    /// <summary>Above every declared member, and within the smallest type that an enum can have.</summary>
    private const int FirstLater = 100;

    private static readonly FrozenDictionary<T, string> _names =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, T> _values =
        _names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    // Names that this build has no member for, and the undeclared values that stand for them here.
    private static readonly ConcurrentDictionary<string, T> _later = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<T, string> _laterNames = new();

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<T>().Select(value => _names[value])];

    public static string Format(T value) =>
        _names.TryGetValue(value, out var name) || _laterNames.TryGetValue(value, out name) ? name : value.ToString();

    public static bool TryParse(string name, out T value) => _values.TryGetValue(name, out value);

    /// <summary>
    /// The member of a name that is stored. One that a later build has added, and this one does not know, becomes a value that is no member
    /// and keeps its name: what another build has written can be read and answered as it is.
    /// </summary>
    public static T Parse(string name) =>
        _values.TryGetValue(name, out var value) || _later.TryGetValue(name, out value) ? value : Learn(name);

    // The database's own rules bound how many there can be.
    private static T Learn(string name)
    {
        lock (_later)
        {
            if (_later.TryGetValue(name, out var known)) return known;
            var value = (T)Enum.ToObject(typeof(T), FirstLater + _later.Count);
            _laterNames[value] = name;
            return _later[name] = value;
        }
    }
}
