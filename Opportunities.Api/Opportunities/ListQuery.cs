using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>What a request for the list asks for, parsed: a page by number, or the continuation of a walk.</summary>
/// <param name="SortBy">The name of the sort key; null: by rank.</param>
internal sealed record ListQuery(
    OpportunityFilter Filter, string? SortBy, bool Descending, int Size, int? Page, Position? After, IReadOnlyList<string>? Fields = null)
{
    private static readonly ChoiceMember _sortBy = new("sort_by", [.. SortKey.All.Select(key => key.Name)]);
    private static readonly ChoiceMember _sortDirection = new("sort_direction", ["desc", "asc"]);

    // Of the list alone: summary and export do not read it.
    private static readonly BooleanMember _deleted = new("deleted");

    private static readonly Caller _nobody = new("", Permissions.None);

    public static void Describe(QueryInput input) => ReadPage(input, _nobody);

    /// <exception cref="ApiException">400 with everything that is wrong; 403 what was deleted is an administrator's to see.</exception>
    public static ListQuery Read(HttpContext context)
    {
        var caller = context.User.GetCaller();
        return context.Request.Query.ContainsKey(CursorProtector.Member.Name)
            ? ReadWalk(context, caller)
            : QueryInput.Read(context, input => ReadPage(input, caller));
    }

    private static ListQuery ReadPage(QueryInput input, Caller caller)
    {
        var (page, size) = Paging.Read(input, "walk by cursor, which begins without page and goes on with next_cursor.");
        // For the document alone: a request that has a cursor is read by ReadWalk.
        input.Text(CursorProtector.Member, "Continues a walk: next_cursor of the page before.");
        var deleted = input.Value(_deleted, "With true what was deleted and can be restored, for an administrator.") == true;
        EnsureMaySee(deleted, caller);
        var filter = OpportunityFilter.Read(input, caller) with { Deleted = deleted };
        var sortBy = input.Text(_sortBy, "The order; created_at by default.");
        var descending = input.Optional(_sortDirection, "desc", "desc by default.") != "asc";
        var fields = ItemFields.Read(input);
        if (filter.Query is not null && sortBy is null && input.Has(_sortDirection))
            input.Refuse(_sortDirection, "needs sort_by beside q: without it the order is by rank.");
        return new(filter, sortBy ?? (filter.Query is null ? SortKey.CreatedAt.Name : null), descending, size, page, After: null, fields);
    }

    private static ListQuery ReadWalk(HttpContext context, Caller caller)
    {
        var (text, size) = QueryInput.Read(
            context, static input => (input.Text(CursorProtector.Member)!, (int)input.Optional(Paging.Size, Paging.DefaultSize)));
        var cursor = context.RequestServices.GetRequiredService<CursorProtector>().Unprotect(text);
        EnsureMaySee(cursor.Filter.Deleted, caller);
        return new(cursor.Filter, cursor.SortBy, cursor.Descending, size, Page: null, new(cursor.Value, cursor.Id), cursor.Fields);
    }

    private static void EnsureMaySee(bool deleted, Caller caller)
    {
        if (deleted && !caller.Permissions.HasFlag(Permissions.Administer))
            throw ApiException.Forbidden("Only an administrator sees what was deleted.");
    }
}

/// <summary>Where a walk stands: the last row's value in the sort column, and its id.</summary>
internal sealed record Position(string Value, Guid Id);
