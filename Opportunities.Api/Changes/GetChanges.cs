using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Changes;

/// <summary><c>GET /changes</c></summary>
internal static class GetChanges
{
    internal const int MaxSize = 1000;
    private const int DefaultSize = 100;
    private const string Oldest = "oldest";

    private static readonly ChoiceMember _from = new("from", ["now", Oldest], "ChangesFrom");
    private static readonly IntegerMember _size = new("size", 1, MaxSize);
    private static readonly ChoiceMember _type = new(
        "type", ["created", "updated", "status_changed", "deleted", "restored"], "ChangeType");

    private static readonly IntegerMember _wait = new("wait", 0, (long)TimeLimits.ChangesWait.TotalSeconds);

    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .WithMetadata(new TakesLong())
        .WithName("GetChanges")
        .WithSummary("Follow what changes")
        .WithDescription(
            "Every change of what the caller may see, at least once; those of one opportunity in the order of its versions, without a gap. "
            + "Begin with from, go on with after, which is next_cursor of the answer before. Changes are kept for 30 days. "
            + "What leaves the caller's sight comes once as hidden, whatever type says.")
        .ReadsQuery(static input => Read(input))
        .ProducesProblems(StatusCodes.Status410Gone);

    private static async Task<Ok<ChangesPage>> HandleAsync(
        HttpContext context, FeedReader reader, ChangeSignal signal, [FromKeyedServices(ChangeServices.Places)] Places places,
        FeedCursors cursors, CoalescedReads<FeedPage> reads, Draining draining, TimeProvider time)
    {
        var query = QueryInput.Read(context, Read);
        var caller = context.User.GetCaller();
        var position = query.After is { } after ? cursors.Unprotect(after) : null;
        using var place = await places.EnterAsync(caller.Subject, context.RequestAborted);

        var began = time.GetTimestamp();
        if (position is null && query.From != Oldest) position = await reader.NowAsync(caller, context.RequestAborted);
        var page = position is not null && query.After is null && query.Wait == TimeSpan.Zero
            ? new FeedPage([], position, HasMore: false)
            : null;
        while (page is null)
        {
            // Asked for before reading: what is committed after the read is not missed.
            var next = signal.Next(caller);
            var read = await ReadAsync(position);
            var left = query.Wait - time.GetElapsedTime(began);
            position = read.Next;
            if (read.Items.Count > 0 || read.HasMore || left <= TimeSpan.Zero || draining.HasBegun
                || !await signal.WaitAsync(next, left, context.RequestAborted) || draining.HasBegun)
            {
                page = read;
            }
        }

        context.Response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        return TypedResults.Ok(new ChangesPage(page.Items, cursors.Protect(page.Next), page.HasMore));

        // Those who wait are woken together, and mostly stand at the same place.
        Task<FeedPage> ReadAsync(FeedPosition? from)
        {
            var start = from is null ? "" : Convert.ToBase64String(from.ToBytes());
            var sight = caller.ReadsAll ? "" : $"of {caller.Subject}";
            return reads.ReadAsync(
                $"{start} {query.Size} {string.Join(',', query.Types)} {sight}",
                cancelled => reader.ReadAsync(caller, from, query.Types, query.Size, cancelled), context.RequestAborted);
        }
    }

    private static Query Read(QueryInput input)
    {
        var after = input.Text(FeedCursors.Member, "Goes on: next_cursor of the answer before. Either this or from.");
        var from = input.Text(_from, "Begins: with what comes from now on, or with the oldest that is kept.");
        var size = (int)input.Optional(_size, DefaultSize, "Changes an answer; 100 by default.");
        var types = input.Many(_type, "Only these types; repeatable.");
        var wait = input.Optional(_wait, 0, "How many seconds an empty answer is held for something to come.");
        if (input.Has(FeedCursors.Member) && input.Has(_from)) input.Refuse(_from, "must not stand beside after.");
        if (!input.Has(FeedCursors.Member) && !input.Has(_from)) input.Refuse(_from, "is required where after is absent.");
        return new(after, from, size, types, TimeSpan.FromSeconds(wait));
    }

    private sealed record Query(string? After, string? From, int Size, string[] Types, TimeSpan Wait);
}
