using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>Collects what is wrong with a request, so that all of it is answered at once.</summary>
public sealed class InputErrors
{
    /// <summary>The key of an error that concerns the whole body.</summary>
    public const string WholeBody = "$";

    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>Notes an error.</summary>
    /// <param name="member">The offending member or parameter.</param>
    /// <param name="message">What is wrong with it.</param>
    public void Add(string member, string message)
    {
        if (!_errors.TryGetValue(member, out var messages)) _errors[member] = messages = [];
        messages.Add(message);
    }

    /// <summary>Whether a member was found wrong.</summary>
    /// <param name="member">The member or parameter.</param>
    /// <returns>Whether it was.</returns>
    public bool Contains(string member) => _errors.ContainsKey(member);

    /// <summary>Refuses the request where anything is wrong.</summary>
    /// <exception cref="ApiException">400 with every error.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0) throw ApiException.Invalid(_errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
    }

    /// <summary>An error that stands alone.</summary>
    /// <param name="member">The offending member or parameter.</param>
    /// <param name="message">What is wrong with it.</param>
    /// <returns>The exception to throw: 400.</returns>
    public static ApiException Only(string member, string message) =>
        ApiException.Invalid(new Dictionary<string, string[]> { [member] = [message] });
}
