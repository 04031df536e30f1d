using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;
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

    private static Task<IResult> HandleAsync(
        HttpContext context, OpportunitiesDbContext database, CursorProtector cursors, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = SecurityHeaders.PrivateNoCache;
        var input = new QueryInput(context.Request.Query);
        var rows = database.Opportunities.VisibleTo(context.User.GetCaller());
        return input.Has(CursorProtector.Member)
            ? ContinueAsync(rows, input, cursors, cancellationToken)
            : PageAsync(rows, input, context.User.GetCaller(), cursors, cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        IQueryable<Opportunity> rows, QueryInput input, Caller caller, CursorProtector cursors, CancellationToken cancellationToken)
    {
        var page = (int)input.Optional(Paging.Page, 0);
        var size = (int)input.Optional(Paging.Size, Paging.DefaultSize);
        var filter = OpportunityFilter.Read(input, caller);
        var sortBy = input.Text(_sortBy);
        var descending = input.Optional(_sortDirection, "desc") != "asc";
        if (filter.Query is not null && sortBy is null && input.Has(_sortDirection))
            input.Refuse(_sortDirection, "needs sort_by beside q: without it the order is by rank.");
        input.ThrowIfInvalid();

        var matching = filter.Apply(rows);
        var byRank = filter.Query is not null && sortBy is null;
        var key = SortKey.All.FirstOrDefault(key => key.Name == sortBy) ?? SortKey.CreatedAt;
        var ordered = byRank ? OrderByRank(matching, filter.Query!) : key.Order(matching, descending);
        var items = await ordered.Skip(page * size).Take(size + 1).Select(OpportunitySummary.FromRow).ToListAsync(cancellationToken);
        var next = items.Count > size && !byRank ? Next(cursors, filter, key, descending, items[size - 1]) : null;
        if (items.Count > size) items.RemoveAt(size);
        var total = await TotalAsync(matching, items.Count, page, size, next is not null, cancellationToken);
        return TypedResults.Json(
            new OpportunityPage { Items = items, TotalItems = total, Page = page, Size = size, TotalPages = Paging.Pages(total, size), NextCursor = next },
            ApiJson.Wire.OpportunityPage);
    }

    private static async Task<IResult> ContinueAsync(
        IQueryable<Opportunity> rows, QueryInput input, CursorProtector cursors, CancellationToken cancellationToken)
    {
        var text = input.Optional(CursorProtector.Member, null!);
        var size = (int)input.Optional(Paging.Size, Paging.DefaultSize);
        input.ThrowIfInvalid();
        var cursor = cursors.Unprotect(text);

        var key = SortKey.All.Single(key => key.Name == cursor.SortBy);
        var rest = key.After(cursor.Filter.Apply(rows), cursor.Descending, cursor.Value, cursor.Id);
        var items = await key.Order(rest, cursor.Descending).Take(size + 1).Select(OpportunitySummary.FromRow).ToListAsync(cancellationToken);
        var next = items.Count > size ? Next(cursors, cursor.Filter, key, cursor.Descending, items[size - 1]) : null;
        if (items.Count > size) items.RemoveAt(size);
        return TypedResults.Json(new OpportunityPage { Items = items, Size = size, NextCursor = next }, ApiJson.Wire.OpportunityPage);
    }

    private static IQueryable<Opportunity> OrderByRank(IQueryable<Opportunity> rows, string query) => rows
        .OrderByDescending(o => EF.Property<NpgsqlTsVector>(o, "SearchVector").Rank(EF.Functions.PlainToTsQuery("simple", query)))
        .ThenByDescending(o => o.Id);

    private static string Next(CursorProtector cursors, OpportunityFilter filter, SortKey key, bool descending, OpportunitySummary last) =>
        cursors.Protect(new Cursor(filter, key.Name, descending, key.ValueOf(last), last.Id));

    // The first page that is not full is its own count.
    private static async Task<long> TotalAsync(
        IQueryable<Opportunity> matching, int count, int page, int size, bool hasNext, CancellationToken cancellationToken) =>
        !hasNext && count < size && (count > 0 || page == 0) ? ((long)page * size) + count : await matching.LongCountAsync(cancellationToken);
}
