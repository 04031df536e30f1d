using Microsoft.AspNetCore.Http.Features;
using StackExchange.Redis;

namespace Opportunities.Bench;

/// <summary>The answer's bytes by one GET from Redis; the token's signature checked each time, or no token check.</summary>
internal sealed class RedisFloor(IDatabase redis, TokenCheck? tokens = null) : Floor
{
    /// <summary>Where the floors find the answers.</summary>
    public static RedisKey Key(string target) => $"floor:{target}";

    public static async Task<IDatabase> ConnectAsync(string connectionString) =>
        (await ConnectionMultiplexer.ConnectAsync(connectionString)).GetDatabase();

    protected override async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> AnswerAsync(IHttpRequestFeature request)
    {
        if (tokens is not null && await tokens.SubjectAsync(request) is null) return (401, default);
        return (byte[]?)await redis.StringGetAsync(Key(request.RawTarget)) is { } body ? (200, body) : (404, default);
    }
}
