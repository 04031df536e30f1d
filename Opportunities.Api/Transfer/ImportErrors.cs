using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Transfer;

/// <summary>What is wrong with a file.</summary>
/// <param name="Line">The line where the row begins; null where it is about the whole file.</param>
/// <param name="Member">The member; null where it is about the whole line.</param>
/// <param name="Column">What the column is called in the file.</param>
/// <param name="Value">The beginning of the cell.</param>
internal sealed record ImportError(long? Line, string? Member, string Column, string Value, string Message)
{
    /// <summary>What the error is called in an answer: <c>3.title</c>, <c>3</c> or <c>$</c>.</summary>
    public string Key => Line is null ? InputErrors.WholeBody
        : string.Create(CultureInfo.InvariantCulture, $"{Line}{(Member is null ? "" : $".{Member}")}");
}

/// <summary>Collects what is wrong with a file, up to a limit.</summary>
internal sealed class ImportErrors
{
    private const int MaxValueLength = 200;

    private readonly OrderedDictionary<string, ImportError> _errors = new(StringComparer.Ordinal);

    /// <summary>In the order of the file. What the database refuses is found after what is wrong with the file itself.</summary>
    public IReadOnlyList<ImportError> All => [.. _errors.Values.OrderBy(static error => error.Line ?? 0)];

    public int Count => _errors.Count;

    /// <summary>Whether no more is listed, so that reading on is of no use.</summary>
    public bool IsFull => _errors.Count >= InputErrors.Limit;

    /// <summary>Notes an error of a cell, of which the first one stands.</summary>
    public void Add(long line, string member, string column, string value, string message) =>
        Note(new(line, member, column, VisibleText.Show(VisibleText.Shorten(value, MaxValueLength)), message));

    public void Add(long line, string message) => Note(new(line, null, "", "", message));

    public void Add(string message) => Note(new(null, null, "", "", message));

    public void Clear() => _errors.Clear();

    /// <summary>The messages by line and member, as answers have them.</summary>
    public Dictionary<string, string[]> ToDictionary() =>
        All.ToDictionary(error => error.Key, error => (string[])[error.Message]);

    /// <exception cref="ApiException">400 with every error.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0) throw ApiException.Invalid(ToDictionary());
    }

    private void Note(ImportError error)
    {
        if (!IsFull) _errors.TryAdd(error.Key, error);
    }
}
