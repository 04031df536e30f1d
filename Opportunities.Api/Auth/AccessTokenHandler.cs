using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Opportunities.Api.Auth;

/// <summary>Validates access tokens beyond what the library looks at.</summary>
internal sealed class AccessTokenHandler(TimeProvider time) : JsonWebTokenHandler
{
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        await EnsureIssuerKnownAsync(validationParameters);
        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (!result.IsValid) return result;
        return Refuse((JsonWebToken)result.SecurityToken, time.GetUtcNow() + validationParameters.ClockSkew) is { } reason
            ? new() { Exception = new SecurityTokenValidationException(reason) }
            : result;
    }

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
}

/// <summary>The issuer's keys were never read, and cannot be read now.</summary>
internal sealed class IssuerUnavailableException(Exception cause) : Exception("The token issuer does not answer.", cause);
