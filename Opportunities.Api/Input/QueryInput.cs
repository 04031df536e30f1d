using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>The query parameters of a request. <see cref="ThrowIfInvalid"/> answers everything that is wrong at once.</summary>
/// <param name="query">The parameters as they came. The framework's own collection ignores case; the contract's names do not.</param>
internal sealed class QueryInput(IQueryCollection query) : MemberReader
{
    /// <summary>How many values a parameter that may be repeated can have.</summary>
    public const int MaxValues = 50;

    private readonly InputErrors _errors = new();

    /// <summary>Reads the parameters of a request, of which the reading asks for all that there can be.</summary>
    /// <exception cref="ApiException">400 with everything that is wrong.</exception>
    public static T Read<T>(HttpContext context, Func<QueryInput, T> read)
    {
        var input = new QueryInput(context.Request.Query);
        var value = read(input);
        input.ThrowIfInvalid();
        return value;
    }

    public override bool Has(IMember member) => query.ContainsKey(member.Name);

    public override void Refuse(IMember member, string message) => _errors.Add(member.Name, message);

    public T? Value<T>(Member<T> member, string description = "")
        where T : struct
    {
        var value = Optional(member, default, description);
        return Has(member) ? value : null;
    }

    public string? Text(Member<string> member, string description = "") => Optional(member, null!, description);

    /// <summary>Reads a parameter that may be repeated: the values without repetition, in their natural order.</summary>
    public T[] Many<T>(Member<T> member, string description = "")
    {
        Ask(new(member, description, IsRepeatable: true));
        var values = Values(member);
        if (values.Length > MaxValues) Refuse(member, $"must not have more than {MaxValues} values.");
        return [.. values.Select(value => Parse(member, value)).Distinct().Order()];
    }

    public void ThrowIfInvalid()
    {
        foreach (var name in Unknown(query.Keys)) _errors.Add(name, "is not a parameter of this request.");
        _errors.ThrowIfAny();
    }

    protected override T Read<T>(Member<T> member)
    {
        if (Values(member) is [var value]) return Parse(member, value);
        Refuse(member, "must not be repeated.");
        return default!;
    }

    private string[] Values(IMember member) => [.. query[member.Name].OfType<string>()];

    private T Parse<T>(Member<T> member, string text)
    {
        var value = default(T)!;
        if ((text.Length == 0 ? "must not be empty." : member.Parse(text, out value)) is { } error) Refuse(member, error);
        return value;
    }
}

/// <summary>Endpoint metadata: the operation reads query parameters itself. One without it has none, and refuses any.</summary>
internal sealed class ReadsQuery
{
    public ReadsQuery(Action<QueryInput> read)
    {
        var nothing = new QueryInput(QueryCollection.Empty);
        read(nothing);
        Parameters = nothing.Asked;
    }

    public IReadOnlyCollection<AskedMember> Parameters { get; }
}
