using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>
/// The query parameters of a request, read one by one with their rules; what was not asked for is unknown.
/// <see cref="ThrowIfInvalid"/> answers everything that is wrong at once.
/// </summary>
/// <param name="query">The parameters as they came.</param>
public sealed class QueryInput(IQueryCollection query)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly InputErrors _errors = new();

    /// <summary>Whether a parameter was sent, valid or not.</summary>
    /// <param name="member">The parameter.</param>
    /// <returns>Whether it was.</returns>
    public bool Has(IMember member) => query.ContainsKey(member.Name);

    /// <summary>Reads a parameter that may be absent, and must not be repeated.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="member">The rule.</param>
    /// <param name="fallback">The value where it is absent.</param>
    /// <returns>The value; the type's default where it is wrong.</returns>
    public T Optional<T>(Member<T> member, T fallback)
    {
        var values = Values(member);
        if (values.Length == 0) return fallback;
        if (values.Length == 1) return Parse(member, values[0]);
        _errors.Add(member.Name, "must not be repeated.");
        return default!;
    }

    /// <summary>Reads a parameter that may be absent, and must not be repeated.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="member">The rule.</param>
    /// <returns>The value, or null where it is absent or wrong.</returns>
    public T? Value<T>(Member<T> member)
        where T : struct => Has(member) ? Optional(member, default) : Absent<T?>(member);

    /// <summary>Reads a text parameter that may be absent, and must not be repeated.</summary>
    /// <param name="member">The rule.</param>
    /// <returns>The text, or null where it is absent or wrong.</returns>
    public string? Text(Member<string> member) => Has(member) ? Optional(member, null!) : Absent<string?>(member);

    /// <summary>Reads a parameter that may be repeated.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="member">The rule.</param>
    /// <returns>The values without repetition, in their natural order.</returns>
    public T[] Many<T>(Member<T> member) => [.. Values(member).Select(value => Parse(member, value)).Distinct().Order()];

    /// <summary>Notes an error that the rule of one parameter cannot see.</summary>
    /// <param name="member">The offending parameter.</param>
    /// <param name="message">What is wrong with it.</param>
    public void Refuse(IMember member, string message) => _errors.Add(member.Name, message);

    /// <summary>Refuses the request where a parameter is wrong, or one was sent that nobody asked for.</summary>
    /// <exception cref="ApiException">400 with every error.</exception>
    public void ThrowIfInvalid()
    {
        foreach (var name in query.Keys.Where(name => !_asked.Contains(name))) _errors.Add(name, "is not a parameter of this request.");
        _errors.ThrowIfAny();
    }

    private TResult? Absent<TResult>(IMember member)
    {
        _asked.Add(member.Name);
        return default;
    }

    // The framework's collection ignores case; the contract's names do not.
    private string[] Values(IMember member)
    {
        _asked.Add(member.Name);
        return query.TryGetValue(member.Name, out var values) ? values.OfType<string>().ToArray() : [];
    }

    private T Parse<T>(Member<T> member, string text)
    {
        if (text.Length == 0)
        {
            _errors.Add(member.Name, "must not be empty.");
            return default!;
        }

        if (member.Parse(text, out var value) is { } error) _errors.Add(member.Name, error);
        return value;
    }
}
