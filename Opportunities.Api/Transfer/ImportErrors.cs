using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Transfer;

/// <summary>Collects what is wrong with a file, by line and member, in the order of the file and up to a limit.</summary>
internal sealed class ImportErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>Whether no more is listed, so that reading on is of no use.</summary>
    public bool IsFull => _errors.Count >= InputErrors.Limit;

    /// <summary>Notes an error of a cell.</summary>
    public void Add(long line, string member, string message) => Add($"{line}.{member}", message);

    /// <summary>Notes an error of a whole line.</summary>
    public void Add(long line, string message) => Add($"{line}", message);

    /// <summary>Refuses the file where anything is wrong.</summary>
    /// <exception cref="ApiException">400 with every error up to the limit.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0) throw ApiException.Invalid(_errors);
    }

    private void Add(string key, string message)
    {
        if (!IsFull) _errors.TryAdd(key, [message]);
    }
}
