using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>Collects what is wrong with a request, so that all of it is answered at once.</summary>
internal sealed class InputErrors
{
    /// <summary>The key of an error that concerns the whole body.</summary>
    public const string WholeBody = "$";

    /// <summary>How many errors an answer lists: more than a reader can use.</summary>
    public const int Limit = 1000;

    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public void Add(string member, string message)
    {
        if (_errors.Count == Limit) return;
        var name = Shown(member);
        if (!_errors.TryGetValue(name, out var messages)) _errors[name] = messages = [];
        if (!messages.Contains(message)) messages.Add(message);
    }

    public bool Contains(string member) => _errors.ContainsKey(member);

    /// <summary>A name that may be of any length and hold any letter.</summary>
    public static string Shown(string name) => VisibleText.ShowName(VisibleText.Shorten(name));

    /// <exception cref="ApiException">400 with every error, where there is one.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0) throw ApiException.Invalid(_errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
    }

    /// <summary>The exception to throw for an error that stands alone.</summary>
    public static ApiException Only(string member, string message) =>
        ApiException.Invalid(new Dictionary<string, string[]> { [member] = [message] });
}
