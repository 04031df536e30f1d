using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using StackExchange.Redis;

namespace Opportunities.Bench;

/// <summary>The answer's bytes from memory (at first from where <see cref="RedisFloor"/> has them); no token check.</summary>
internal sealed class StaticFloor(IDatabase redis) : Floor
{
    private readonly ConcurrentDictionary<string, byte[]> _answers = new();

    protected override async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> AnswerAsync(IHttpRequestFeature request)
    {
        if (_answers.TryGetValue(request.RawTarget, out var known)) return (200, known);
        if ((byte[]?)await redis.StringGetAsync(RedisFloor.Key(request.RawTarget)) is not { } body) return (404, default);
        _answers[request.RawTarget] = body;
        return (200, body);
    }
}
