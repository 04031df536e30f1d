using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Opportunities.SystemTests.Identity;

/// <summary>What a resource server does with the issuer's answers.</summary>
internal static class TokenReader
{
    public static async Task<string> AccessTokenAsync(this IdentityProcess identity, string clientId)
    {
        using var response = await identity.RequestTokenAsync(
            ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", "development-only"));
        response.EnsureSuccessStatusCode();
        return (await response.BodyAsync()).GetProperty("access_token").GetString()!;
    }

    public static async Task<JsonElement> BodyAsync(this HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>Discovery, published keys and all checks that the API makes.</summary>
    public static async Task<TokenValidationResult> ValidateAsync(this IdentityProcess identity, string token)
    {
        var discovery = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{identity.Issuer}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(identity.Http) { RequireHttps = false });
        var configuration = await discovery.GetConfigurationAsync(CancellationToken.None);

        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidAudience = "opportunities",
            ValidAlgorithms = ["RS256"],
            IssuerSigningKeys = configuration.SigningKeys,
            ClockSkew = TimeSpan.Zero,
        });
    }
}
