using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Brings the last differences between OpenIddict's tokens and Amazon Cognito's into line.</summary>
internal sealed class ShapeToken : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var token = context.SecurityTokenDescriptor;
        token.Issuer = IssuerName.Of(token.Issuer);
        token.NotBefore = token.IssuedAt;

        // A claim of OpenIddict's own, for its own validation; the client is in client_id.
        token.Subject.TryRemoveClaim(token.Subject.FindFirst(OpenIddictConstants.Claims.Private.Presenter));

        return ValueTask.CompletedTask;
    }
}
