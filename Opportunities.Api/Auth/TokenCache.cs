using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;

namespace Opportunities.Api.Auth;

/// <summary>Tokens that were found valid: at most 10,000, each for at most five minutes, and no longer than it is valid.</summary>
internal sealed class TokenCache(TimeProvider time) : IDisposable
{
    /// <summary>How long a withdrawn signing key can still work through a cached token.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public AuthenticateResult? Find(TokenHash hash) =>
        _tokens.TryGetValue(hash, out Entry? entry) && entry!.Until > time.GetUtcNow() ? entry.Result : null;

    public void Add(TokenHash hash, AuthenticateResult result, DateTimeOffset? expires)
    {
        var until = time.GetUtcNow() + _longest;
        if (expires < until) until = expires.Value;
        _tokens.Set(hash, new Entry(result, until), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _longest });
    }

    public void Dispose() => _tokens.Dispose();

    private sealed record Entry(AuthenticateResult Result, DateTimeOffset Until);
}
