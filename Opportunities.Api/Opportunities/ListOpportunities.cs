using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.OpenApi;

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
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithName("ListOpportunities")
        .WithSummary("Find opportunities")
        .WithDescription(
            "By page with exact totals, or by cursor: a cursor carries filter, order and fields, and only size may stand beside it. "
            + "A page must begin within the first 100,000 items; a walk by cursor has no end. "
            + "q finds opportunities in whose title, description or client name every word of it begins a word; "
            + "without sort_by they are ordered by rank.")
        .ReadsQuery(ListQuery.Describe)
        .Produces<OpportunityPage>()
        .AddOpenApiOperationTransformer(ItemFields.Describe);

    private static Task HandleAsync(
        HttpContext context, AnswerCache cache, CallerDatabase database, WordFrequencies words, CursorProtector cursors,
        CoalescedReads<byte[]> reads)
    {
        var (query, caller) = (ListQuery.Read(context), context.User.GetCaller());
        var key = CacheKey.List("list", query, caller);
        // Each caller reads on its own: nobody waits for the places, or gets the refusal, of another one who has asked for too much.
        return cache.AnswerAsync(context, key, async left => new Representation(
            await reads.ReadAsync(
                $"{caller.Subject.Length}:{caller.Subject} {key}",
                async cancelled => ItemFields.Write(
                    await ReadAsync(database, query, words.Part(query.Filter.Query), caller, cursors, cancelled), query.Fields),
                left),
            Version: null));
    }

    private static async Task<OpportunityPage> ReadAsync(
        CallerDatabase database, ListQuery query, SearchTerms? terms, Caller caller, CursorProtector cursors,
        CancellationToken cancellationToken)
    {
        var (filter, size) = (query.Filter, query.Size);
        var key = SortKey.Find(query.SortBy);
        // Ranking reads what it would count: one statement does both. Many rows are cheaper counted again than kept.
        var isRanked = key is null && terms!.AreRare;
        var isCounted = isRanked || (query.Page is not null && filter.IsCountedFor(caller));
        var only = query.Fields is null ? null : ItemFields.Columns(query.Fields, key);
        var columns = only is null ? OpportunitySummary.Columns : RowReader.Describe(row => OpportunitySummary.From(row), only);
        long? total = null;
        var items = await database.ReadAsync(
            caller,
            isRanked ? Ranked(query, columns, terms!, caller) : Rows(query, columns, key, terms, caller),
            row =>
            {
                if (isCounted) total ??= row.GetInt64(columns.Count);
                return OpportunitySummary.From(new RowReader(row, only));
            },
            cancellationToken);

        var isLast = items.Count <= size;
        var next = isLast || key is null ? null : cursors.Protect(
            new Cursor(filter, key.Name, query.Descending, key.ValueOf(items[size - 1]), items[size - 1].Id, query.Fields));
        if (!isLast) items.RemoveAt(size);
        if (query.Page is not { } page) return new() { Items = items, Size = size, NextCursor = next };
        total ??= isLast && (items.Count > 0 || page == 0)
            ? ((long)page * size) + items.Count
            : await CountAsync(database, filter, terms, caller, cancellationToken);
        return new()
        {
            Items = items,
            TotalItems = total,
            Page = page,
            Size = size,
            TotalPages = Paging.Pages(total.Value, size),
            NextCursor = next,
        };
    }

    /// <summary>The rows of a page and one more, to see whether another page follows.</summary>
    private static SqlBuilder Rows(ListQuery query, ColumnList columns, SortKey? key, SearchTerms? terms, Caller caller)
    {
        // A count that is kept comes with the rows, and is of the same moment.
        var statement = new SqlBuilder().Add("SELECT ").AddColumns(columns);
        if (query.Page is not null && query.Filter.IsCountedFor(caller)) statement.Add(", ").AddCount(query.Filter, caller);
        query.Filter.AddTo(statement.Add(" FROM opportunities"), caller, terms);
        if (query.After is { } after) key!.AddAfter(statement, query.Descending, after.Value, after.Id);
        if (key is null) AddRank(statement.Add(" ORDER BY "), terms!).Add(" DESC, id DESC");
        else key.AddOrder(statement, query.Descending);
        statement.AddLimit(query.Size + 1);
        if (query.Page > 0) statement.Add($" OFFSET {query.Page.Value * query.Size}");
        return statement;
    }

    /// <summary>The same of a search ordered by rank, with the total.</summary>
    private static SqlBuilder Ranked(ListQuery query, ColumnList columns, SearchTerms terms, Caller caller)
    {
        var statement = AddRank(new SqlBuilder().Add("WITH found AS MATERIALIZED (SELECT id, "), terms).Add(" AS rank FROM opportunities");
        query.Filter.AddTo(statement, caller, terms).Add(") SELECT ").AddColumns(columns);
        statement.Add(", (SELECT count(*) FROM found) FROM (SELECT id, rank FROM found ORDER BY rank DESC, id DESC")
            .AddLimit(query.Size + 1);
        if (query.Page > 0) statement.Add($" OFFSET {query.Page.Value * query.Size}");
        return statement.Add(") AS page JOIN opportunities USING (id) ORDER BY rank DESC, id DESC");
    }

    private static SqlBuilder AddRank(SqlBuilder statement, SearchTerms terms) =>
        statement.Add($"ts_rank(search_vector, (SELECT search_rank({(string[])[.. terms.Indexed, .. terms.Filtered]})))");

    private static async Task<long> CountAsync(
        CallerDatabase database, OpportunityFilter filter, SearchTerms? terms, Caller caller, CancellationToken cancellationToken)
    {
        var statement = new SqlBuilder();
        if (filter.IsCountedFor(caller)) statement.Add("SELECT ").AddCount(filter, caller);
        else filter.AddTo(statement.Add("SELECT count(*) FROM opportunities"), caller, terms);
        return (await database.ReadAsync(caller, statement, static row => row.GetInt64(0), cancellationToken)).Single();
    }
}
