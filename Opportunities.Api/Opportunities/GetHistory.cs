using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Opportunities;

/// <summary>One change in an opportunity's history.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="FieldName">The member, or the requirement or attachment (<c>problem_statements/{id}</c>).</param>
/// <param name="OldValue">The value before; null where there was none.</param>
/// <param name="NewValue">The value after; null where there is none.</param>
/// <param name="Reason">Why, where it was said.</param>
/// <param name="ChangedAt">When, UTC.</param>
/// <param name="ChangedBy">The subject that made the change.</param>
public sealed record ChangeResponse(
    Guid Id,
    [property: MaxLength(100)] string FieldName,
    [property: MaxLength(ChangeResponse.MaxValueLength)] string? OldValue,
    [property: MaxLength(ChangeResponse.MaxValueLength)] string? NewValue,
    [property: MaxLength(OpportunityLimits.Reason)] string? Reason,
    DateTime ChangedAt,
    [property: MaxLength(OpportunityLimits.Subject)] string ChangedBy)
{
    // The longest value is a problem statement as JSON, in which a letter may take twelve (two escapes, beyond the Basic Multilingual
    // Plane).
    internal const int MaxValueLength = (12 * ProblemStatement.MaxDescription) + 1000;

    internal static ChangeResponse From(NpgsqlDataReader row) => new(
        row.GetGuid(1), row.GetString(2), row[3] as string, row[4] as string, row[5] as string, row.GetDateTime(6), row.GetString(7));
}

/// <summary>A page of an opportunity's history, newest first.</summary>
/// <param name="Items">The changes.</param>
/// <param name="TotalItems">How many changes there are in all.</param>
/// <param name="Page">This page, from 0.</param>
/// <param name="Size">Changes a page.</param>
/// <param name="TotalPages">How many pages there are.</param>
public sealed record HistoryPage(
    [property: MaxLength(Paging.MaxSize)] IReadOnlyList<ChangeResponse> Items, long TotalItems, int Page, int Size, long TotalPages);

/// <summary><c>GET /opportunities/{id}/history</c></summary>
internal static class GetHistory
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("{id}/history", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("GetOpportunityHistory")
        .WithSummary("Read what happened to an opportunity")
        .WithDescription("Who changed what, when, from what to what, and why; newest first.")
        .ReadsQuery(static input => ReadPage(input))
        .ProducesProblems(StatusCodes.Status404NotFound);

    private static async Task<Ok<HistoryPage>> HandleAsync(
        string id, HttpContext context, CallerDatabase database, CancellationToken cancellationToken)
    {
        var (page, size) = QueryInput.Read(context, ReadPage);
        // The opportunity's row decides whether there is an answer; it comes alone where the page is empty.
        var (caller, key) = (context.User.GetCaller(), Ids.Parse(id));
        var sql = new SqlBuilder()
            .Add($"SELECT (SELECT count(*) FROM changes WHERE opportunity_id = {key}), page.* FROM opportunities LEFT JOIN (")
            .Add(
                "SELECT id AS change_id, field_name, old_value, new_value, reason, changed_at, changed_by, version AS change_version, "
                + "ordinal ")
            .Add($"FROM changes WHERE opportunity_id = {key} ORDER BY version DESC, ordinal DESC")
            .AddLimit(size).Add($" OFFSET {page * size}").Add(") AS page ON true")
            .AddVisible(caller).Add($" AND id = {key} ORDER BY change_version DESC, ordinal DESC");
        var rows = await database.ReadAsync(
            caller, sql, static row => (Total: row.GetInt64(0), Change: row.IsDBNull(1) ? null : ChangeResponse.From(row)),
            cancellationToken);
        if (rows.Count == 0) throw ApiException.NotFound();
        var total = rows[0].Total;
        var items = rows.Select(static row => row.Change).OfType<ChangeResponse>().ToList();
        context.Response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        return TypedResults.Ok(new HistoryPage(items, total, page, size, Paging.Pages(total, size)));
    }

    private static (int Page, int Size) ReadPage(QueryInput input) => Paging.Read(input, "no history is that long.");
}
