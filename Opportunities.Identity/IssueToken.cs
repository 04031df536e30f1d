using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Answers a validated token request with the claims that Amazon Cognito would put into the token.</summary>
internal sealed class IssueToken : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public const string Audience = "opportunities";

    public ValueTask HandleAsync(HandleTokenRequestContext context)
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
}
