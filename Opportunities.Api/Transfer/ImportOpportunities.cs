using Microsoft.AspNetCore.WebUtilities;
using Microsoft.AspNetCore.Mvc;
using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Idempotency;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Transfer;

/// <summary>What an import did, or would do.</summary>
public sealed record ImportResult
{
    /// <summary>How many opportunities it created.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Imported { get; init; }

    /// <summary>Of mode=UPSERT: how many it changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Updated { get; init; }

    /// <summary>Of a dry run: how many it would create; none where there are errors.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WouldImport { get; init; }

    /// <summary>Of a dry run: how many it would change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WouldUpdate { get; init; }

    /// <summary>Of a dry run: what is wrong with the file, by line and member.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}

/// <summary><c>POST /opportunities/import</c></summary>
internal static class ImportOpportunities
{
    public const int MaxFileSize = 16 << 20;

    /// <summary>Above this, what has come of a file waits on disk until it has come whole.</summary>
    private const int MemoryThreshold = 64 << 10;

    private static readonly BooleanMember _dryRun = new("dry_run");

    private static readonly CsvDescription _body = new(
        $"RFC 4180 in UTF-8, up to {ImportFile.MaxRows} rows and 16 MiB. "
        + "The first line names members of POST /opportunities in any order; priority and status may be absent. "
        + "A line sep=; before it says what stands between the cells. Rows at the end whose cells are all empty are none. "
        + "Where the first line has all read-only columns of an export (id, status, created_by, created_at, updated_at, version), they are "
        + "passed over, owner with them, and every row is a new draft.",
        """
        title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date,priority
        Test Opportunity,Test Description,Test Client,10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,MEDIUM

        """, MaxFileSize);

    public static void Map(IEndpointRouteBuilder group) => group.MapPost("import", HandleAsync)
        .RequireAuthorization(Policies.Write)
        .WithName("ImportOpportunities")
        .WithSummary("Create opportunities from CSV")
        .WithDescription(
            "Creates all of them or none. Errors are named by line and member, such as 3.title; line 1 is the first of the file, and a row "
            + "is named by the line where it begins. Up to 1,000 errors are listed. "
            + "An apostrophe before a text that a spreadsheet would run as a formula is taken off, as an export puts it there. "
            + "With an Idempotency-Key, a repeat within 24 hours creates nothing. "
            + "With dry_run=true nothing is written, and what is wrong with the file is answered with 200. Where Accept prefers text/csv, "
            + "what is wrong with the file is answered as such a file with the columns line, column, value and message, by a dry run also "
            + "where nothing is; what was imported is JSON always.")
        .ReadsQuery(static input => Read(input))
        .WithMetadata(new RequestSizeLimitAttribute(MaxFileSize))
        .WithMetadata(_body)
        .WithMetadata(new AnswersWith("application/json", CsvDescription.MediaType))
        .WithMetadata(new CsvAnswers(StatusCodes.Status200OK, StatusCodes.Status400BadRequest))
        .HonoursIdempotencyKey()
        .Produces<ImportResult>()
        .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

    private static (bool IsDryRun, string? Reason, ImportFormat Format) Read(QueryInput input) => (
        input.Optional(
            _dryRun, false,
            "Whether only to say what an import would do, and what is wrong with the file. An Idempotency-Key is not used up."),
        input.Text(
            OpportunityMembers.Reason, "Why, for the history of what mode=UPSERT changes; required where one of them has left DRAFT."),
        ImportFormat.Read(input));

    private static async Task<IResult> HandleAsync(
        HttpContext context, IdempotentExecutor idempotent, OpportunityWriter writer, TransferPlaces places, OpportunityMetrics metrics)
    {
        var (caller, cancellationToken) = (context.User.GetCaller(), context.RequestAborted);
        RequestBody.EnsureMediaType(context.Request, CsvDescription.MediaType);
        using var spooling = await places.Uploads.EnterAsync(caller.Subject, cancellationToken);
        await using var spool = new FileBufferingReadStream(context.Request.Body, MemoryThreshold);
        await RequestBody.WithinAsync(TimeLimits.ImportBody, context.Request, spool.DrainAsync, cancellationToken);
        // Not before the file has come: one that is too large is refused for that.
        var (isDryRun, reason, format) = QueryInput.Read(context, Read);
        // What an import checks when it looks for its key.
        if (isDryRun) IdempotentExecutor.WellFormedKey(context.Request);

        // Only now, with nobody to wait for: a file and all its rows in memory.
        using var place = await places.Imports.EnterAsync(caller.Subject, cancellationToken);
        var file = new byte[spool.Length];
        spool.Position = 0;
        await spool.ReadExactlyAsync(file, cancellationToken);
        var import = new Import(file, format, caller);
        try
        {
            if (isDryRun || import.Errors.Count > 0)
            {
                var result = await TryAsync(import, reason, context, writer);
                if (isDryRun) return Tried(import.Errors, result, context.Request);
                import.Errors.ThrowIfAny();
            }

            var created = 0;
            var answer = await idempotent.ExecuteAsync(context, file, async keep =>
            {
                await using var changes = await writer.BeginManyAsync(context, [], import.ExternalIds);
                import.Apply(changes, reason);
                import.Errors.ThrowIfAny();
                created = changes.Created.Count;
                var result = new ImportResult { Imported = created, Updated = format.IsUpsert ? changes.Changed.Count : null };
                var done = StoredResponse.From(StatusCodes.Status200OK, result, ApiJson.Wire.ImportResult);
                await changes.SaveAsync(keep(done), cancellationToken);
                return done;
            });
            if (!answer.IsReplay) metrics.CountCreated(created);
            return answer;
        }
        catch (ApiException) when (import.Errors.Count > 0 && IsForSpreadsheet(context.Request))
        {
            return new ImportErrorsFile(StatusCodes.Status400BadRequest, import.Errors.All);
        }
    }

    /// <summary>All but saving.</summary>
    private static async Task<ImportResult> TryAsync(Import import, string? reason, HttpContext context, OpportunityWriter writer)
    {
        var (created, changed) = (import.Count, 0);
        // The database is asked only where an opportunity could be known already.
        if (import.ExternalIds.Count > 0 && !import.Errors.IsFull)
        {
            await using var changes = await writer.BeginManyAsync(context, [], import.ExternalIds);
            import.Apply(changes, reason);
            (created, changed) = (changes.Created.Count, changes.Changed.Count);
        }

        return new() { WouldImport = created, WouldUpdate = changed };
    }

    private static IResult Tried(ImportErrors errors, ImportResult result, HttpRequest request)
    {
        if (errors.Count > 0) result = new() { WouldImport = 0, WouldUpdate = 0 };
        return IsForSpreadsheet(request)
            ? new ImportErrorsFile(StatusCodes.Status200OK, errors.All)
            : TypedResults.Json(result with { Errors = errors.ToDictionary() }, ApiJson.Wire.ImportResult);
    }

    private static bool IsForSpreadsheet(HttpRequest request) => Accept.Prefers(request.Headers.Accept, CsvDescription.MediaType);
}
