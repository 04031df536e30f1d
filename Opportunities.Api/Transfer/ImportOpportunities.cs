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
        $"RFC 4180 in UTF-8, up to {ImportFile.MaxRows} rows and 16 MiB. The first line names members of POST /opportunities in any order; priority and "
        + "status may be absent. A line sep=; before it says what stands between the cells. Rows at the end whose cells are all empty are none. "
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
            + "is named by the line where it begins. Up to 1,000 errors are listed. An apostrophe before a text that a spreadsheet would run as a "
            + "formula is taken off, as an export puts it there. With an Idempotency-Key, a repeat within 24 hours creates nothing. "
            + "With dry_run=true nothing is written, and what is wrong with the file is answered with 200. Where Accept prefers text/csv, what is wrong with "
            + "the file is answered as such a file with the columns line, column, value and message, by a dry run also where nothing is; what was imported is JSON always.")
        .ReadsQuery(static input => Read(input))
        .WithMetadata(new RequestSizeLimitAttribute(MaxFileSize))
        .WithMetadata(_body)
        .WithMetadata(new AnswersWith("application/json", CsvDescription.MediaType))
        .WithMetadata(new CsvAnswers(StatusCodes.Status200OK, StatusCodes.Status400BadRequest))
        .HonoursIdempotencyKey()
        .Produces<ImportResult>()
        .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

    private static (bool IsDryRun, string? Reason, ImportFormat Format) Read(QueryInput input) => (
        input.Optional(_dryRun, false, "Whether only to say what an import would do, and what is wrong with the file. An Idempotency-Key is not used up."),
        input.Text(OpportunityMembers.Reason, "Why, for the history of what mode=UPSERT changes; required where one of them has left DRAFT."),
        ImportFormat.Read(input));

    private static async Task<IResult> HandleAsync(
        HttpContext context, IdempotentExecutor idempotent, OpportunityWriter writer, TransferPlaces places, OpportunityMetrics metrics, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var caller = context.User.GetCaller();
        RequestBody.EnsureMediaType(context.Request, CsvDescription.MediaType);
        using var spooling = await places.Uploads.EnterAsync(caller.Subject, cancellationToken);
        await using var spool = new FileBufferingReadStream(context.Request.Body, MemoryThreshold);
        await RequestBody.WithinAsync(TimeLimits.ImportBody, context.Request, spool.DrainAsync, cancellationToken);
        // Not before the file has come: one that is too large is refused for that.
        var query = new QueryInput(context.Request.Query);
        var (isDryRun, reason, format) = Read(query);
        query.ThrowIfInvalid();
        // What an import checks when it looks for its key.
        if (isDryRun) IdempotentExecutor.WellFormedKey(context.Request);

        // Only now, with nobody to wait for: a file and all its rows in memory.
        using var place = await places.Imports.EnterAsync(caller.Subject, cancellationToken);
        var file = new byte[spool.Length];
        spool.Position = 0;
        await spool.ReadExactlyAsync(file, cancellationToken);
        var errors = new ImportErrors();
        var rows = ImportFile.Read(file, format, errors);
        try
        {
            if (errors.All.Count == 0 && (format.IsUpsert || rows.Exists(row => row.Content.ExternalId is not null)))
                return await ApplyAsync(isDryRun, rows, format, reason, errors, context, caller, file, idempotent, writer, metrics, time, cancellationToken);
            if (isDryRun) return Tried(rows.Count, 0, errors, context);
            errors.ThrowIfAny();
        }
        catch (ApiException) when (errors.All.Count > 0 && IsForSpreadsheet(context.Request))
        {
            return new ImportErrorsFile(StatusCodes.Status400BadRequest, errors.All);
        }

        var now = ChangeContext.Now(caller.Subject, time);
        var imported = StoredResponse.From(StatusCodes.Status200OK, new ImportResult { Imported = rows.Count }, ApiJson.Wire.ImportResult);
        var answer = await idempotent.CreateAsync(
            context.Request, caller, file, [.. rows.Select(row => Opportunity.Create(row.Content, now))], imported,
            cancellationToken);
        if (!answer.IsReplay) metrics.CountCreated(rows.Count);
        return answer;
    }

    /// <summary>Imports rows that other systems know by ids of their own.</summary>
    private static async Task<IResult> ApplyAsync(
        bool isDryRun, List<ImportRow> rows, ImportFormat format, string? reason, ImportErrors errors, HttpContext context, Caller caller, byte[] file,
        IdempotentExecutor idempotent, OpportunityWriter writer, OpportunityMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        if (isDryRun)
        {
            await using var tried = await BeginAsync();
            return Tried(tried.Created, tried.Changed, errors, context);
        }

        var created = 0;
        var answer = await idempotent.ExecuteAsync(
            context.Request, caller, file,
            async keep =>
            {
                await using var changes = await BeginAsync();
                errors.ThrowIfAny();
                created = changes.Created;
                var result = new ImportResult { Imported = changes.Created, Updated = format.IsUpsert ? changes.Changed : null };
                var done = StoredResponse.From(StatusCodes.Status200OK, result, ApiJson.Wire.ImportResult);
                await changes.SaveAsync(keep(done), cancellationToken);
                return done;
            },
            cancellationToken);
        if (!answer.IsReplay) metrics.CountCreated(created);
        return answer;

        async Task<OpportunityChanges> BeginAsync()
        {
            var changes = await writer.BeginAsync(
                [], [.. rows.Select(row => row.Content.ExternalId).OfType<ExternalId>()], caller, cancellationToken);
            var now = ChangeContext.Now(caller.Subject, time, reason);
            foreach (var row in rows)
            {
                var known = row.Content.ExternalId is { } externalId ? changes.Find(externalId) : null;
                if (known is null) changes.Create(Opportunity.Create(row.Content, now));
                else if (format.IsUpsert && caller.Sees(known)) Update(known, row, now);
                else Refuse(row, OpportunityMembers.ExternalId.Name, "is that of another opportunity.");
            }

            return changes;
        }

        void Update(Opportunity opportunity, ImportRow row, ChangeContext now)
        {
            try
            {
                if (caller.MayEdit(opportunity)) opportunity.Update(row.Content, now);
                else errors.Add(row.Line, "is an opportunity that you may not change now.");
            }
            catch (InvalidValueException exception)
            {
                Refuse(row, exception.Member, exception.Message);
            }
            catch (ConflictException exception)
            {
                errors.Add(row.Line, exception.Message);
            }
        }

        void Refuse(ImportRow row, string member, string message) =>
            errors.Add(row.Line, member, format.Names.GetValueOrDefault(member, member), row.Content.ExternalId?.ToString() ?? "", message);
    }

    /// <summary>The answer to a dry run.</summary>
    private static IResult Tried(int created, int changed, ImportErrors errors, HttpContext context)
    {
        if (IsForSpreadsheet(context.Request)) return new ImportErrorsFile(StatusCodes.Status200OK, errors.All);
        var isRight = errors.All.Count == 0;
        return TypedResults.Json(
            new ImportResult { WouldImport = isRight ? created : 0, WouldUpdate = isRight ? changed : 0, Errors = errors.ToDictionary() },
            ApiJson.Wire.ImportResult);
    }

    private static bool IsForSpreadsheet(HttpRequest request) => Accept.Prefers(request.Headers.Accept, CsvDescription.MediaType);
}
