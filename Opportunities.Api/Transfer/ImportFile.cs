using CsvHelper;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Transfer;

/// <summary>
/// A CSV file of opportunities. The header names members of <c>POST /opportunities</c> in any order, and each cell has the rule of its
/// member. All errors are found at once, and are named by the line where their row begins.
/// </summary>
internal sealed partial class ImportFile : MemberReader
{
    public const int MaxRows = 10_000;

    /// <summary>A longer name is not compared with those of columns.</summary>
    private const int MaxMisspelling = 100;

    private const int MaxColumns = 2 * InputErrors.Limit;

    private static readonly IReadOnlyCollection<AskedMember> _members = CreateOpportunity.Body.Shape.Members;

    /// <summary>An external id is one member of a body and two columns of a file: this one, and one with the member's name.</summary>
    public static readonly ExternalSourceMember ExternalSource = new("external_source");

    private readonly ImportFormat _format;
    private readonly ImportErrors _errors;
    private readonly Dictionary<string, IMember> _known;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly ImportLines _lines;
    private readonly CsvReader _csv;
    private readonly List<long> _empty = [];
    private int _width;
    private bool _isMalformed;

    private ImportFile(ImportLines lines, ImportFormat format, ImportErrors errors)
    {
        (_lines, _format, _errors) = (lines, format, errors);
        _known = _members.Select(known => known.Member).Append(ExternalSource).ToDictionary(Column, StringComparer.Ordinal);
        _csv = CsvReader.Create(lines.Bytes, new CsvReaderOptions
        {
            Separator = lines.Separator,
            HasHeader = false,
            // Nothing in the file is passed over: an empty line is a row, too.
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            OnMalformedRecord = record =>
            {
                _isMalformed = true;
                RefuseEmptyRows();
                _errors.Add(record.LineNumber + lines.Before, record.Reason == CsvMalformedReason.UnterminatedQuote
                    ? "has a quoted cell that is not closed."
                    : "has a quote in or after a cell: a cell with quotes stands in quotes, with each quote in it doubled.");
            },
        });
    }

    private long Line => _csv.LineNumber + _lines.Before;

    /// <returns>The rows with which nothing is wrong.</returns>
    public static List<ImportRow> Read(ReadOnlyMemory<byte> bytes, ImportFormat format, ImportErrors errors)
    {
        if (ImportLines.Of(bytes, format, errors) is not { } lines) return [];
        var file = new ImportFile(lines, format, errors);
        using (file._csv) return file.ReadHeader() ? file.ReadRows() : [];
    }

    private bool ReadHeader()
    {
        if (!_csv.Read())
        {
            _errors.Add("must begin with a line that names the columns.");
            return false;
        }

        _width = _csv.FieldCount;
        // A header with more columns than these has one that is unknown, or there twice.
        string[] names = [.. Enumerable.Range(0, Math.Min(_width, MaxColumns)).Select(_csv.GetString)];
        if (_lines.FindSeparator(_csv.RawRecord, _known.ContainsKey, names.Count(_known.ContainsKey)) is { } error)
        {
            // With the right separator the other errors may be none.
            _errors.Clear();
            _errors.Add(Line, error);
            return false;
        }

        // An exported file has read-only columns beside those that can be imported.
        var isExport = OpportunityCsvWriter.SignatureColumns.All(names.Contains);
        var (seen, meant) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (index, name) in names.Index())
        {
            if (_errors.IsFull) return false;
            var member = _known.GetValueOrDefault(name);
            var isReadOnly = (isExport || _format.IsUpsert) && (member is null || member == OpportunityMembers.Status)
                && OpportunityCsvWriter.ReadOnly.Contains(name);
            var shown = member?.Name ?? InputErrors.Shown(name);
            if (member is null && !isReadOnly) _errors.Add(Line, shown, shown, name, Misspelled(name, meant));
            else if (!seen.Add(name)) _errors.Add(Line, shown, shown, name, "must not occur twice.");
            else if (member is not null && !isReadOnly) _columns.Add(member.Name, index);
        }

        foreach (var required in _members.Where(known => known.IsRequired && !Has(known.Member) && !meant.Contains(known.Member.Name)))
        {
            _errors.Add(Line, required.Member.Name, Column(required.Member), "", Column(required.Member) == required.Member.Name
                ? "is required: the first line must name this column."
                : $"is required: the first line must name its column, {InputErrors.Shown(Column(required.Member))}.");
        }

        foreach (var (one, other) in new (IMember, IMember)[]
        {
            (ExternalSource, OpportunityMembers.ExternalId), (OpportunityMembers.ExternalId, ExternalSource),
        })
        {
            if (Has(one) && !Has(other)) _errors.Add(Line, other.Name, Column(other), "", $"is required beside {Column(one)}.");
        }

        if (_format.IsUpsert && !Has(OpportunityMembers.ExternalId) && _errors.Count == 0)
            _errors.Add(Line, "external_id", "external_id", "", "is required with mode=UPSERT, and external_source with it.");
        return _errors.Count == 0;
    }

    private List<ImportRow> ReadRows()
    {
        var rows = new List<ImportRow>();
        var lines = new Dictionary<ExternalId, long>();
        var count = 0;
        while (!_errors.IsFull && _csv.Read())
        {
            if (IsEmpty())
            {
                // It is refused only where another row follows. No more are kept than can be listed.
                if (_empty.Count < InputErrors.Limit) _empty.Add(Line);
                continue;
            }

            RefuseEmptyRows();
            if (++count > MaxRows)
            {
                _errors.Clear();
                _errors.Add($"must have at most {MaxRows} rows after the first line.");
                return [];
            }

            // After a wrong quote nobody knows which cell is which.
            if (_isMalformed)
            {
                _isMalformed = false;
            }
            else if (_csv.FieldCount != _width)
            {
                _errors.Add(Line, $"must have {_width} cells, as many as the first line, not {_csv.FieldCount}.");
            }
            else
            {
                var before = _errors.Count;
                var row = new ImportRow(Line, OpportunityMembers.ReadNew(this));
                Check(row.Content.ExternalId, lines);
                if (_errors.Count == before) rows.Add(row);
            }
        }

        return rows;
    }

    private void Check(ExternalId? externalId, Dictionary<ExternalId, long> lines)
    {
        if (externalId is null)
        {
            if (_format.IsUpsert) Refuse(OpportunityMembers.ExternalId, "is required with mode=UPSERT: it says what the row is.");
        }
        else if (!lines.TryAdd(externalId, Line))
        {
            Refuse(OpportunityMembers.ExternalId, $"is that of line {lines[externalId]}, too.");
        }
    }

    /// <summary>Refuses the empty rows so far, since another row follows.</summary>
    private void RefuseEmptyRows()
    {
        foreach (var line in _empty) _errors.Add(line, "must not be empty: empty rows can only stand at the end.");
        _empty.Clear();
    }

    private bool IsEmpty()
    {
        if (_isMalformed) return false;
        for (var index = 0; index < _csv.FieldCount; index++)
            if (!_csv.IsEmpty(index)) return false;
        return true;
    }

    public override bool Has(IMember member) => _columns.ContainsKey(member.Name);

    public override void Refuse(IMember member, string message) =>
        _errors.Add(Line, member.Name, Column(member), Has(member) ? _csv.GetString(_columns[member.Name]) : "", message);

    protected override T Read<T>(Member<T> member)
    {
        var text = SpreadsheetText.Unprotect(_csv.GetString(_columns[member.Name]));
        var value = default(T)!;
        var wrong = member is ExternalIdMember ? Join(ref text) : Translate(member, ref text);
        if ((wrong ?? member.Parse(text, out value)) is not { } error) return value;
        Refuse(member, error);
        return default!;
    }

    /// <summary>Puts the source of an external id before it, as the member has it.</summary>
    /// <returns>What is wrong with a source that has a slash, which would end it too early; otherwise null.</returns>
    private string? Join(ref string id)
    {
        var source = SpreadsheetText.Unprotect(_csv.GetString(_columns[ExternalSource.Name]));
        id = $"{source}/{id}";
        return source.Contains('/', StringComparison.Ordinal) ? $"has a source that {ExternalSource.Parse(source, out _)}" : null;
    }

    /// <summary>Brings a cell into the form that its member knows.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    private string? Translate(IMember member, ref string cell)
    {
        if (member is TextMember || cell.Length == 0) return null;
        if (IsBlank(cell[0]) || IsBlank(cell[^1])) return "has blanks around it: nothing but the value may stand in the cell.";
        if (member is TimeMember && _format.Times is { } times) return times.Read(cell, out cell);
        if (member is not MoneyMember) return null;
        if (Rounded().IsMatch(cell)) return "has an exponent: a spreadsheet has rounded the number. Write all of its digits.";
        if (_format.Decimal == ',' && cell.Contains('.', StringComparison.Ordinal))
            return "must have no point: with decimal=COMMA a comma stands before the decimals, and nothing parts the other digits.";
        // Programs put semicolons between the cells where a comma stands before decimals.
        var isEither = _format.Decimal is null && _lines.Separator == ';';
        if (isEither && Thousands().IsMatch(cell))
            return "may have thousands or decimals: send decimal=POINT or decimal=COMMA, or write two decimals.";
        if (!DecimalComma().IsMatch(cell)) return null;
        if (_format.Decimal != ',' && !isEither) return "has a comma before its decimals: write a point, or send decimal=COMMA.";
        cell = cell.Replace(',', '.');
        return null;
    }

    private static bool IsBlank(char letter) => char.IsWhiteSpace(letter) || letter is '\u200b' or '\ufeff' or '\u2060';

    private string Column(IMember member) => _format.Names.GetValueOrDefault(member.Name, member.Name);

    /// <summary>The error of an unknown column, with the one that was meant; that one is noted in <paramref name="meant"/>.</summary>
    private string Misspelled(string name, HashSet<string> meant)
    {
        const string Wrong = "is not a column that can be imported";
        if (name.Length == 0) return $"{Wrong}: it has no name.";
        if (name.Length > MaxMisspelling) return $"{Wrong}.";
        var folded = Fold(name);
        var member = _known.Values.FirstOrDefault(known => known.Name == name || Fold(Column(known)) == folded);
        if (member is null) return $"{Wrong}.";
        meant.Add(member.Name);
        var column = InputErrors.Shown(Column(member));
        return member.Name == name
            ? $"{Wrong}: the parameter columns calls it {column}."
            : $"{Wrong}: {column} is meant, which is spelled exactly so.";
    }

    private static string Fold(string name) => VisibleText.Strip(name).Replace(' ', '_').Replace('-', '_').ToUpperInvariant();

    [GeneratedRegex(@"^[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rounded();

    [GeneratedRegex(@"^[0-9]{1,3}[.,][0-9]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();

    [GeneratedRegex(@"^[0-9]+,[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalComma();
}

internal readonly record struct ImportRow(long Line, OpportunityContent Content);
