using System.Text;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Refuses a token request whose client, secret or scope is not right. Without a database this is ours to do.</summary>
internal sealed class AuthenticateClient(IOptions<IdentityOptions> options) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    private readonly byte[] _secretHash = Hash(options.Value.ClientSecret);

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        // The secret is compared for unknown clients too: the time of the answer does not tell which ids exist.
        // The hashes are of one length: the time tells nothing about the secret's either.
        var secretMatches = CryptographicOperations.FixedTimeEquals(_secretHash, Hash(context.ClientSecret ?? ""));

        if (DevelopmentClients.Find(context.ClientId) is not { } client || !secretMatches)
            context.Reject(Errors.InvalidClient, "The client is unknown, or its secret is wrong.");
        else if (context.Request.GetScopes().Except(client.AllowedScopes).Any())
            context.Reject(Errors.InvalidScope, "A requested scope is unknown, or not one of this client's.");

        return ValueTask.CompletedTask;
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
