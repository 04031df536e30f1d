using Opportunities.Api.Caching;
using StackExchange.Redis;

namespace Opportunities.Api.Events;

/// <summary>Events in a stream of Redis: fields <c>id</c>, <c>subject</c> and <c>event</c>, the latest 100,000 or a few more.</summary>
internal sealed class RedisStreamSink(CacheConnection cache) : IEventSink
{
    public const string Stream = "opportunities:events";

    // One script, because of separate commands one could fail and the next, on a new connection, succeed: out of order.
    // ARGV: whether the stream may be created, its length, and of each event id, subject and content.
    private const string AppendScript =
        """
        if ARGV[1] == '0' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        for i = 3, #ARGV, 3 do
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'id', ARGV[i], 'subject', ARGV[i + 1], 'event', ARGV[i + 2])
        end
        return 1
        """;

    private const int Length = 100_000;

    public int Capacity => Length;

    public Task<bool> IsThereAsync() => AskAsync(() => cache.Database.KeyExistsAsync(Stream));

    public async Task<Publication> PublishAsync(IReadOnlyList<WaitingEvent> events, bool begins, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisValue>(2 + (3 * events.Count)) { begins, Length };
        foreach (var waiting in events) arguments.AddRange([waiting.Id.ToString(), waiting.OpportunityId.ToString(), waiting.Content]);
        var result = await AskAsync(() => cache.Database.ScriptEvaluateAsync(AppendScript, [Stream], [.. arguments]));
        return (bool)result
            ? new Publication([.. events.Select(waiting => waiting.Sequence)], new Dictionary<long, Refusal>(), Outage: null)
            : throw new EventSinkException("The stream was lost.");
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (CacheConnection.IsOutage(exception))
        {
            throw new EventSinkException(exception.Message);
        }
    }
}
