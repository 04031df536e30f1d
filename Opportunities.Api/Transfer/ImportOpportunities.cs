using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Api.Auth;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Data;

namespace Opportunities.Api.Transfer;

/// <summary>What an import did.</summary>
/// <param name="Imported">How many opportunities it created.</param>
public sealed record ImportResult(int Imported);

/// <summary><c>POST /opportunities/import</c></summary>
internal static class ImportOpportunities
{
    public const int MaxFileSize = 16 << 20;

    /// <summary>Above this, what has come of a file waits on disk until it has come whole.</summary>
    private const int MemoryThreshold = 64 << 10;

    private static readonly CsvDescription _body = new(
        $"RFC 4180 in UTF-8, up to {ImportFile.MaxRows} rows and 16 MiB. The first line names members of POST /opportunities in any order; priority and status may be absent.",
        """
        title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date,priority
        Test Opportunity,Test Description,Test Client,10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,MEDIUM

        """, MaxFileSize);

    public static void Map(IEndpointRouteBuilder group) => group.MapPost("import", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("ImportOpportunities")
        .WithSummary("Create opportunities from CSV")
        .WithDescription(
            "Creates all of them or none. Errors are named by line and member, such as 3.title; the first line, with the names, is line 1, and a row "
            + "is named by the line where it begins. Up to 1,000 errors are listed. An apostrophe before a text that a spreadsheet would run as a "
            + "formula is taken off, as an export puts it there. With an Idempotency-Key, a repeat within 24 hours creates nothing.")
        .WithMetadata(new BodySizeLimit(MaxFileSize))
        .WithMetadata(_body)
        .HonoursIdempotencyKey()
        .Produces<ImportResult>()
        .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

    private static async Task<StoredResponse> HandleAsync(
        HttpContext context, IdempotentExecutor idempotent, TransferPlaces places, OpportunityMetrics metrics, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        RequestBody.EnsureMediaType(context.Request, CsvDescription.MediaType);
        using var spooling = await places.Uploads.EnterAsync(caller.Subject, cancellationToken);
        await using var spool = new FileBufferingReadStream(context.Request.Body, MemoryThreshold);
        await RequestBody.WithinAsync(TimeLimits.ImportBody, context.Request, spool.DrainAsync, cancellationToken);

        // Only now, with nobody to wait for: a file and all its rows in memory.
        using var place = await places.Imports.EnterAsync(caller.Subject, cancellationToken);
        var file = new byte[spool.Length];
        spool.Position = 0;
        await spool.ReadExactlyAsync(file, cancellationToken);
        var rows = ImportFile.Read(file);
        var stamp = ChangeContext.Now(caller.Subject, time);
        var imported = StoredResponse.From(StatusCodes.Status200OK, new ImportResult(rows.Count), ApiJson.Wire.ImportResult);
        var answer = await idempotent.CreateAsync(
            context.Request, caller, file, rows.Select(row => Opportunity.Create(row, stamp)), imported, cancellationToken);
        if (!answer.IsReplay) metrics.CountCreated(rows.Count);
        return answer;
    }
}
