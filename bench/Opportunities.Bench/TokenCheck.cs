using Microsoft.AspNetCore.Http.Features;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Opportunities.Bench;

/// <summary>Validates a request's token, its signature each time.</summary>
internal sealed class TokenCheck
{
    private readonly JsonWebTokenHandler _tokens = new();
    private readonly TokenValidationParameters _valid;

    private TokenCheck(TokenValidationParameters valid) => _valid = valid;

    public static async Task<TokenCheck> OpenAsync(string issuer)
    {
        using var client = new HttpClient();
        var keys = new JsonWebKeySet(await client.GetStringAsync(new Uri($"{issuer}/.well-known/jwks.json"))).GetSigningKeys();
        return new TokenCheck(
            new() { ValidIssuer = issuer, IssuerSigningKeys = keys, ValidateAudience = true, ValidAudience = "opportunities" });
    }

    /// <returns>The subject; null where the token is none.</returns>
    public async ValueTask<string?> SubjectAsync(IHttpRequestFeature request)
    {
        var token = await _tokens.ValidateTokenAsync(request.Headers.Authorization.ToString()["Bearer ".Length..], _valid);
        return token.IsValid ? ((JsonWebToken)token.SecurityToken).Subject : null;
    }
}
