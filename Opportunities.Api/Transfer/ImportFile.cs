using System.Text.Unicode;
using CsvHelper;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;
using Opportunities.Data;

namespace Opportunities.Api.Transfer;

/// <summary>
/// A CSV file of new opportunities: the header names members of <c>POST /opportunities</c> in any order, and each cell has the
/// rule of its member. Errors are found all at once, and are named by the line where their row begins.
/// </summary>
internal sealed class ImportFile : MemberReader
{
    public const int MaxRows = 10_000;

    private static readonly IReadOnlyCollection<AskedMember> _members = CreateOpportunity.Body.Shape.Members;

    private readonly ImportErrors _errors = new();
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly CsvReader _csv;
    private bool _isMalformed;

    private ImportFile(ReadOnlyMemory<byte> bytes) => _csv = CsvReader.Create(bytes, new CsvReaderOptions
    {
        Separator = ',',
        HasHeader = false,
        // Nothing in the file is passed over: an empty line is a row that lacks cells.
        SkipEmptyLines = false,
        TrackLineNumbers = true,
        OnMalformedRecord = record =>
        {
            _isMalformed = true;
            _errors.Add(record.LineNumber, record.Reason == CsvMalformedReason.UnterminatedQuote
                ? "has a quoted cell that is not closed."
                : "has a quote in or after a cell: a cell with quotes stands in quotes, with each quote in it doubled.");
        },
    });

    /// <summary>Reads a file.</summary>
    /// <exception cref="ApiException">400 with what is wrong.</exception>
    public static List<OpportunityContent> Read(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span)) throw InputErrors.Only(InputErrors.WholeBody, "must be UTF-8.");
        if (bytes.Span.Contains((byte)0)) throw InputErrors.Only(InputErrors.WholeBody, "must not contain NUL.");
        var file = new ImportFile(bytes);
        using (file._csv)
        {
            file.ReadHeader();
            return file.ReadRows();
        }
    }

    private void ReadHeader()
    {
        if (!_csv.Read()) throw InputErrors.Only(InputErrors.WholeBody, "must begin with a line that names the columns.");
        for (var index = 0; index < _csv.FieldCount && !_errors.IsFull; index++)
        {
            var name = _csv.GetString(index);
            if (!_members.Any(known => known.Member.Name == name))
                _errors.Add(1, InputErrors.Shorten(name), "is not a column that can be imported.");
            else if (!_columns.TryAdd(name, index)) _errors.Add(1, name, "must not occur twice.");
        }

        foreach (var required in _members.Where(known => known.IsRequired && !Has(known.Member)))
            _errors.Add(1, required.Member.Name, "is required: the first line must name this column.");
        _errors.ThrowIfAny();
    }

    private List<OpportunityContent> ReadRows()
    {
        var rows = new List<OpportunityContent>();
        var count = 0;
        while (_csv.Read() && !_errors.IsFull)
        {
            if (++count > MaxRows) throw InputErrors.Only(InputErrors.WholeBody, $"must have at most {MaxRows} rows after the first line.");
            // After a wrong quote nobody knows which cell is which.
            if (_isMalformed) _isMalformed = false;
            else if (_csv.FieldCount != _columns.Count)
                _errors.Add(_csv.LineNumber, $"must have {_columns.Count} cells, as many as the first line, not {_csv.FieldCount}.");
            else rows.Add(OpportunityMembers.ReadNew(this));
        }

        // What is read of a row with an error is never used.
        _errors.ThrowIfAny();
        return rows;
    }

    public override bool Has(IMember member) => _columns.ContainsKey(member.Name);

    public override void Refuse(IMember member, string message) => _errors.Add(_csv.LineNumber, member.Name, message);

    protected override T Read<T>(Member<T> member)
    {
        if (member.Parse(SpreadsheetText.Unprotect(_csv.GetString(_columns[member.Name])), out var value) is not { } error) return value;
        Refuse(member, error);
        return default!;
    }
}
