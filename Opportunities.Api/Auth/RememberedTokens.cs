using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;

namespace Opportunities.Api.Auth;

/// <summary>Tokens that were found good: 10,000 at the most, each for five minutes at the most, and never longer than the token itself is good.</summary>
/// <param name="time">The clock.</param>
internal sealed class RememberedTokens(TimeProvider time) : IDisposable
{
    /// <summary>How long a withdrawn signing key can still work through a remembered token.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>What was found of a token that is still good; null where nothing was.</summary>
    public AuthenticateResult? Find(TokenHash hash) =>
        _tokens.TryGetValue(hash, out Entry? entry) && entry!.Until > time.GetUtcNow() ? entry.Result : null;

    /// <summary>Remembers a good token.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="result">What was found.</param>
    /// <param name="expires">Until when it is good.</param>
    public void Add(TokenHash hash, AuthenticateResult result, DateTimeOffset? expires)
    {
        var until = time.GetUtcNow() + _longest;
        if (expires < until) until = expires.Value;
        _tokens.Set(hash, new Entry(result, until), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _longest });
    }

    public void Dispose() => _tokens.Dispose();

    private sealed record Entry(AuthenticateResult Result, DateTimeOffset Until);
}
