using CsvHelper;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Transfer;

/// <summary>Writes opportunities as CSV (RFC 4180) to a stream, with values in the form that the API has them in JSON.</summary>
/// <param name="destination">The stream, which stays open.</param>
internal sealed class OpportunityCsvWriter(Stream destination, char separator = CsvSeparator.Default, bool hasByteOrderMark = false)
    : IAsyncDisposable
{
    /// <summary>Read-only columns by which an exported file is known: every release has written all of them.</summary>
    public static readonly IReadOnlyList<string> SignatureColumns = ["id", "status", "created_by", "created_at", "updated_at", "version"];

    public static readonly IReadOnlyList<string> ReadOnly = [.. SignatureColumns, "owner"];

    private static readonly ContentMember[] _cells = [.. OpportunityContent.Members.Where(member => member.IsOneCell)];

    // What was added stands at the end: a reader that counts columns finds the others where they were.
    private static readonly string[] _header =
        ["id", .. _cells.Select(member => member.Name), .. ReadOnly.Skip(1), "external_source", "external_id"];

    private readonly CsvWriter _csv = CsvWriter.Create(destination, new CsvWriterOptions
    {
        Separator = separator,
        WriteByteOrderMark = hasByteOrderMark,
        // Several times the largest record, so that the buffer is emptied between records, where that is asynchronous.
        BufferSize = 256 * 1024,
    }, leaveOpen: true);

    public ValueTask WriteHeaderAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _header) _csv.WriteField(name);
        return _csv.EndRecordAsync(cancellationToken);
    }

    public ValueTask WriteAsync(OpportunitySummary row, CancellationToken cancellationToken)
    {
        _csv.WriteField(row.Id);
        var content = row.Content;
        foreach (var member in _cells) _csv.WriteField(SpreadsheetText.Protect(member.Text(content) ?? ""));
        _csv.WriteField(WireName<OpportunityStatus>.Format(row.Status));
        _csv.WriteField(SpreadsheetText.Protect(row.CreatedBy));
        _csv.WriteField(OpportunityContent.Text(row.CreatedAt));
        _csv.WriteField(OpportunityContent.Text(row.UpdatedAt));
        _csv.WriteField(row.Version);
        _csv.WriteField(SpreadsheetText.Protect(row.Owner));
        _csv.WriteField(SpreadsheetText.Protect(row.ExternalId?.Source ?? ""));
        _csv.WriteField(SpreadsheetText.Protect(row.ExternalId?.Id ?? ""));
        return _csv.EndRecordAsync(cancellationToken);
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => _csv.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}
