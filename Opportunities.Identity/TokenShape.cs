using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Makes tokens, and the discovery document, such as Amazon Cognito's are.</summary>
internal static class TokenShape
{
    private const string Audience = "opportunities";
    private const string Issuer = "issuer";

    /// <summary>Answers a validated token request with the claims that Amazon Cognito would put into the token.</summary>
    public static ValueTask Issue(HandleTokenRequestContext context)
    {
        var client = DevelopmentClients.Find(context.ClientId)!;
        var requested = context.Request.GetScopes();

        var identity = new ClaimsIdentity(authenticationType: "client_credentials");
        identity.SetClaim(Claims.Subject, client.Id);
        identity.SetClaim("token_use", "access");
        identity.SetScopes(requested.IsEmpty ? client.AllowedScopes.ToImmutableArray() : requested);
        identity.SetResources(Audience);

        // An array even for one group: several claims of one type would become an array only from the second on.
        if (client.Groups.Count > 0)
            identity.AddClaim(new Claim("cognito:groups", JsonSerializer.Serialize(client.Groups), JsonClaimValueTypes.JsonArray));

        identity.SetDestinations(_ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }

    /// <summary>Brings the last differences between OpenIddict's tokens and Amazon Cognito's into line.</summary>
    public static ValueTask Finish(GenerateTokenContext context)
    {
        var token = context.SecurityTokenDescriptor;
        token.Issuer = WithoutSlash(token.Issuer);
        token.NotBefore = token.IssuedAt;

        // A claim of OpenIddict's own, for its own validation; the client is in client_id.
        token.Subject.TryRemoveClaim(token.Subject.FindFirst(Claims.Private.Presenter));
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the discovery document the same issuer as the tokens.</summary>
    public static ValueTask Describe(ApplyConfigurationResponseContext context)
    {
        context.Response.SetParameter(Issuer, WithoutSlash((string?)context.Response.GetParameter(Issuer)));
        return ValueTask.CompletedTask;
    }

    // OpenIddict writes a bare host with a slash at its end. Issuers are compared letter by letter, and nobody types that slash into a
    // configuration (Cognito's names have none either), so it goes.
    private static string? WithoutSlash(string? issuer) => issuer?.TrimEnd('/');
}
