using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>A page of the list, by number or by cursor.</summary>
public sealed record OpportunityPage
{
    /// <summary>The opportunities.</summary>
    [MaxLength(Paging.MaxSize)]
    public required IReadOnlyList<OpportunitySummary> Items { get; init; }

    /// <summary>How many match in all, exactly; absent in a walk by cursor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalItems { get; init; }

    /// <summary>This page, from 0; absent in a walk by cursor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Page { get; init; }

    /// <summary>Opportunities a page.</summary>
    public required int Size { get; init; }

    /// <summary>How many pages there are; absent in a walk by cursor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalPages { get; init; }

    /// <summary>Continues after this page; null at the end, and for a search ordered by rank.</summary>
    [MaxLength(CursorProtector.MaxLength)]
    public required string? NextCursor { get; init; }
}

/// <summary><c>GET /opportunities</c></summary>
internal static class ListOpportunities
{
    private static readonly ChoiceMember _sortBy = new("sort_by", [.. SortKey.All.Select(key => key.Name)]);
    private static readonly ChoiceMember _sortDirection = new("sort_direction", ["desc", "asc"]);

    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .CacheAsList()
        .WithName("ListOpportunities")
        .WithSummary("Find opportunities")
        .WithDescription(
            "By page with exact totals, or by cursor: a cursor carries filter and order, and only size may stand beside it. "
            + "q finds opportunities in whose title, description or client name every word occurs; without sort_by they are ordered by rank.")
        .TakesQuery([Paging.Page, Paging.Size, CursorProtector.Member, .. OpportunityFilter.Members, _sortBy, _sortDirection])
        .Answers<OpportunityPage>(StatusCodes.Status200OK);

    private static async Task<IResult> HandleAsync(
        HttpContext context, IServiceScopeFactory scopes, CursorProtector cursors, JointReads reads, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = SecurityHeaders.PrivateNoCache;
        var input = new QueryInput(context.Request.Query);
        var caller = context.User.GetCaller();
        var (statement, read) = input.Has(CursorProtector.Member) ? Continue(input, caller, cursors) : Page(input, caller, cursors);
        // Who sees all and asks for one owner reads what that owner reads, but goes on with another cursor.
        var page = await reads.ReadAsync($"{caller.ReadsAll}\n{statement}", async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var page = await read(scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>());
            return JsonSerializer.SerializeToUtf8Bytes(page, ApiJson.Wire.OpportunityPage);
        }).WaitAsync(cancellationToken);
        return TypedResults.Bytes(page, "application/json; charset=utf-8");
    }

    private static (Statement Statement, Func<OpportunitiesDbContext, Task<OpportunityPage>> ReadAsync) Page(
        QueryInput input, Caller caller, CursorProtector cursors)
    {
        var page = (int)input.Optional(Paging.Page, 0);
        var size = (int)input.Optional(Paging.Size, Paging.DefaultSize);
        var filter = OpportunityFilter.Read(input, caller);
        var sortBy = input.Text(_sortBy);
        var descending = input.Optional(_sortDirection, "desc") != "asc";
        if (filter.Query is not null && sortBy is null && input.Has(_sortDirection))
            input.Refuse(_sortDirection, "needs sort_by beside q: without it the order is by rank.");
        input.ThrowIfInvalid();

        var byRank = filter.Query is not null && sortBy is null;
        var key = SortKey.All.FirstOrDefault(key => key.Name == sortBy) ?? SortKey.CreatedAt;
        // A count that is kept comes with the rows, and is of the same moment. One row more than a page, to see whether another page follows.
        var statement = new Statement().Add("SELECT ").Add(OpportunitySummary.Columns);
        if (filter.IsCounted) statement.Add(", ").AddCount(filter, caller);
        filter.AddTo(statement.Add(" FROM opportunities"), caller);
        if (byRank) statement.Add($" ORDER BY ts_rank(search_vector, plainto_tsquery('simple', {filter.Query})) DESC, id DESC");
        else key.AddOrder(statement, descending);
        statement.AddLimit(size + 1);
        if (page > 0) statement.Add($" OFFSET {page * size}");

        return (statement, ReadAsync);

        async Task<OpportunityPage> ReadAsync(OpportunitiesDbContext database)
        {
            long? total = null;
            var items = await statement.ToListAsync(
                database,
                row =>
                {
                    if (filter.IsCounted) total ??= row.GetInt64(OpportunitySummary.ColumnCount);
                    return new OpportunitySummary(row);
                },
                CancellationToken.None);
            var next = items.Count > size && !byRank ? Next(cursors, filter, key, descending, items[size - 1]) : null;
            var isLast = items.Count <= size && (items.Count > 0 || page == 0);
            if (items.Count > size) items.RemoveAt(size);
            total ??= isLast ? ((long)page * size) + items.Count : await CountAsync(database, filter, caller);
            return new() { Items = items, TotalItems = total, Page = page, Size = size, TotalPages = Paging.Pages(total.Value, size), NextCursor = next };
        }
    }

    private static (Statement Statement, Func<OpportunitiesDbContext, Task<OpportunityPage>> ReadAsync) Continue(
        QueryInput input, Caller caller, CursorProtector cursors)
    {
        var text = input.Optional(CursorProtector.Member, null!);
        var size = (int)input.Optional(Paging.Size, Paging.DefaultSize);
        input.ThrowIfInvalid();
        var cursor = cursors.Unprotect(text);

        var key = SortKey.All.Single(key => key.Name == cursor.SortBy);
        var statement = new Statement().Add("SELECT ").Add(OpportunitySummary.Columns).Add(" FROM opportunities");
        cursor.Filter.AddTo(statement, caller);
        key.AddAfter(statement, cursor.Descending, cursor.Value, cursor.Id);
        key.AddOrder(statement, cursor.Descending).AddLimit(size + 1);
        return (statement, ReadAsync);

        async Task<OpportunityPage> ReadAsync(OpportunitiesDbContext database)
        {
            var items = await statement.ToListAsync(database, static row => new OpportunitySummary(row), CancellationToken.None);
            var next = items.Count > size ? Next(cursors, cursor.Filter, key, cursor.Descending, items[size - 1]) : null;
            if (items.Count > size) items.RemoveAt(size);
            return new() { Items = items, Size = size, NextCursor = next };
        }
    }

    private static string Next(CursorProtector cursors, OpportunityFilter filter, SortKey key, bool descending, OpportunitySummary last) =>
        cursors.Protect(new Cursor(filter, key.Name, descending, key.ValueOf(last), last.Id));

    private static async Task<long> CountAsync(OpportunitiesDbContext database, OpportunityFilter filter, Caller caller)
    {
        var statement = new Statement();
        if (filter.IsCounted) statement.Add("SELECT ").AddCount(filter, caller);
        else filter.AddTo(statement.Add("SELECT count(*) FROM opportunities"), caller);
        return (await statement.ToListAsync(database, static row => row.GetInt64(0), CancellationToken.None)).Single();
    }
}
