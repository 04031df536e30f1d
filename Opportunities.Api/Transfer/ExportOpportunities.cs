using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using SortKey = Opportunities.Api.Opportunities.SortKey;

namespace Opportunities.Api.Transfer;

/// <summary><c>GET /opportunities/export</c></summary>
internal static class ExportOpportunities
{
    /// <summary>Rows that are in memory at a time: 4 MB of the longest.</summary>
    private const int BatchSize = 200;

    private static readonly BooleanMember _byteOrderMark = new("byte_order_mark");

    public static void Map(IEndpointRouteBuilder group) => group.MapGet("export", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("ExportOpportunities")
        .WithSummary("Export opportunities as CSV")
        .WithDescription(
            "All opportunities that the same filters would list, newest first, as RFC 4180. A text that a spreadsheet would run as a "
            + "formula starts with an apostrophe (one more, where apostrophes stand before such a text already), which an import takes off "
            + "again: what was exported is imported with the same values, as new drafts. Every opportunity that is there from beginning to "
            + "end is written exactly once.")
        .ReadsQuery(static input =>
        {
            OpportunityFilter.Describe(input);
            ReadForm(input);
        })
        .Produces<string>(StatusCodes.Status200OK, CsvDescription.MediaType)
        .WithMetadata(new AnswersWith(CsvDescription.MediaType));

    private static async Task HandleAsync(
        HttpContext context, CallerDatabase database, WordFrequencies words, TransferPlaces places, CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        var (filter, (separator, hasByteOrderMark)) =
            QueryInput.Read(context, input => (OpportunityFilter.Read(input, caller), ReadForm(input)));
        var terms = words.Part(filter.Query);
        using var place = await places.Exports.EnterAsync(caller.Subject, cancellationToken);

        // Read before anything is sent: a database that does not answer is still a problem then, and not a file cut off.
        var batch = await ReadAsync(database, filter, terms, caller, after: null, cancellationToken);
        context.Response.ContentType = CsvDescription.ContentType;
        context.Response.Headers.ContentDisposition =
            new ContentDispositionHeaderValue("attachment") { FileName = "opportunities.csv" }.ToString();
        context.Response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        // What a compression still holds back has not started: a failure would be written into it as a problem.
        await context.Response.StartAsync(cancellationToken);
        await using var csv = new OpportunityCsvWriter(context.Response.Body, separator, hasByteOrderMark);
        await csv.WriteHeaderAsync(cancellationToken);
        while (true)
        {
            foreach (var row in batch) await csv.WriteAsync(row, cancellationToken);
            if (batch.Count < BatchSize) return;
            // What was read is on its way while the database reads on: neither the file's buffer nor a compression holds it back.
            await csv.FlushAsync(cancellationToken);
            batch = await ReadAsync(database, filter, terms, caller, batch[^1], cancellationToken);
        }
    }

    private static (char Separator, bool HasByteOrderMark) ReadForm(QueryInput input) => (
        CsvSeparator.Read(input, "What stands between the cells: COMMA where it is not sent.") ?? CsvSeparator.Default,
        input.Optional(_byteOrderMark, false, "Whether the file begins with a byte order mark, by which some spreadsheets know UTF-8."));

    // Batches, each continuing inside the index where the one before ended: a client that reads slowly holds no connection and
    // no snapshot of the database, and no statement runs for long.
    private static Task<List<OpportunitySummary>> ReadAsync(
        CallerDatabase database, OpportunityFilter filter, SearchTerms? terms, Caller caller, OpportunitySummary? after,
        CancellationToken cancellationToken)
    {
        var key = SortKey.CreatedAt;
        var statement = new SqlBuilder().Add("SELECT ").AddColumns(OpportunitySummary.Columns).Add(" FROM opportunities");
        filter.AddTo(statement, caller, terms);
        if (after is not null) key.AddAfter(statement, descending: true, key.ValueOf(after), after.Id);
        key.AddOrder(statement, descending: true).AddLimit(BatchSize);
        return database.ReadAsync(caller, statement, OpportunitySummary.From, cancellationToken);
    }
}
