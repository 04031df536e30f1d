using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>
/// The query parameters of a request, read one by one with their rules; what was not asked for is unknown.
/// <see cref="ThrowIfInvalid"/> answers everything that is wrong at once. The same reading of nothing describes the parameters.
/// </summary>
/// <param name="query">The parameters as they came.</param>
internal sealed class QueryInput(IQueryCollection query)
{
    private readonly Dictionary<string, QueryParameter> _asked = new(StringComparer.Ordinal);
    private readonly InputErrors _errors = new();

    /// <summary>The parameters that a reading asks for, in turn.</summary>
    public static IReadOnlyList<QueryParameter> Describe(Action<QueryInput> read)
    {
        var input = new QueryInput(QueryCollection.Empty);
        read(input);
        return [.. input._asked.Values];
    }

    /// <summary>Whether a parameter was sent, valid or not.</summary>
    public bool Has(IMember member) => query.ContainsKey(member.Name);

    /// <summary>Reads a parameter that may be absent, and must not be repeated.</summary>
    public T Optional<T>(Member<T> member, T fallback, string description = "")
    {
        var values = Values(member, description, isRepeatable: false);
        if (values.Length == 0) return fallback;
        if (values.Length == 1) return Parse(member, values[0]);
        _errors.Add(member.Name, "must not be repeated.");
        return default!;
    }

    /// <summary>The value; null where it is absent or wrong.</summary>
    public T? Value<T>(Member<T> member, string description = "")
        where T : struct
    {
        var value = Optional(member, default, description);
        return Has(member) ? value : null;
    }

    /// <summary>The text; null where it is absent or wrong.</summary>
    public string? Text(Member<string> member, string description = "") => Optional(member, null!, description);

    /// <summary>Reads a parameter that may be repeated: the values without repetition, in their natural order.</summary>
    public T[] Many<T>(Member<T> member, string description = "") =>
        [.. Values(member, description, isRepeatable: true).Select(value => Parse(member, value)).Distinct().Order()];

    /// <summary>Notes an error that the rule of one parameter cannot see.</summary>
    public void Refuse(IMember member, string message) => _errors.Add(member.Name, message);

    /// <summary>Refuses the request where a parameter is wrong, or one was sent that nobody asked for.</summary>
    /// <exception cref="ApiException">400 with every error.</exception>
    public void ThrowIfInvalid()
    {
        foreach (var name in query.Keys.Where(name => !_asked.ContainsKey(name))) _errors.Add(name, "is not a parameter of this request.");
        _errors.ThrowIfAny();
    }

    // The framework's collection ignores case; the contract's names do not.
    private string[] Values(IMember member, string description, bool isRepeatable)
    {
        _asked[member.Name] = new(member, description, isRepeatable);
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

/// <summary>A query parameter of an operation.</summary>
internal sealed record QueryParameter(IMember Member, string Description, bool IsRepeatable);

/// <summary>Endpoint metadata: the query parameters that an operation reads itself. One without it has none, and refuses any.</summary>
internal sealed record ReadsQuery(IReadOnlyList<QueryParameter> Parameters);
