using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Opportunities.Data;

namespace Opportunities.Api.Auth;

/// <summary>
/// Validates access tokens, and remembers the good ones (by their hash, bounded in number and time) so that a signature is
/// checked once and not on every request.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class AccessTokenHandler(TimeProvider time) : JsonWebTokenHandler, IDisposable
{
    /// <summary>How long a withdrawn signing key can still work through a remembered token.</summary>
    private static readonly TimeSpan _remembered = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _valid = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var key = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_valid.TryGetValue(key, out Entry? known) && known!.Until > time.GetUtcNow()) return known.Result;

        await EnsureIssuerKnownAsync(validationParameters);
        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (!result.IsValid) return result;
        var accessToken = (JsonWebToken)result.SecurityToken;
        var now = time.GetUtcNow();
        if (Refuse(accessToken, now + validationParameters.ClockSkew) is { } reason) return Invalid(reason);

        var expires = new DateTimeOffset(accessToken.ValidTo, TimeSpan.Zero) + validationParameters.ClockSkew;
        var until = expires < now + _remembered ? expires : now + _remembered;
        _valid.Set(key, new Entry(result, until), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _remembered });
        return result;
    }

    public void Dispose() => _valid.Dispose();

    private static string? Refuse(JsonWebToken token, DateTimeOffset latest)
    {
        // RFC 7515, 4.1.11: whoever does not understand what is critical must refuse the token. Nothing is understood here.
        if (token.TryGetHeaderValue<object>("crit", out _)) return "The token has critical headers.";
        if (token.IssuedAt > latest.UtcDateTime) return "The token was issued in the future.";
        if (token.TryGetPayloadValue<string>("token_use", out var use) && use != "access") return "The token is not an access token.";
        return string.IsNullOrWhiteSpace(token.Subject) || token.Subject.Length > OpportunityLimits.Subject || token.Subject.Contains('\0')
            ? "The token names no usable subject."
            : null;
    }

    private static TokenValidationResult Invalid(string reason) => new()
    {
        IsValid = false,
        Exception = new SecurityTokenValidationException(reason),
    };

    // Without the issuer's keys a token is neither good nor bad: that is an outage (503), not a refusal (401).
    private static async Task EnsureIssuerKnownAsync(TokenValidationParameters parameters)
    {
        try
        {
            await parameters.ConfigurationManager.GetBaseConfigurationAsync(CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            throw new IssuerUnavailableException(exception);
        }
    }

    private sealed record Entry(TokenValidationResult Result, DateTimeOffset Until);
}

/// <summary>The issuer's keys were never read, and cannot be read now.</summary>
/// <param name="cause">Why.</param>
internal sealed class IssuerUnavailableException(Exception cause) : Exception("The token issuer does not answer.", cause);
