using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Gives the discovery document the same issuer as the tokens.</summary>
public sealed class DescribeIssuer : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    private const string Issuer = "issuer";

    /// <inheritdoc/>
    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        context.Response.SetParameter(Issuer, IssuerName.Of((string?)context.Response.GetParameter(Issuer)));
        return ValueTask.CompletedTask;
    }
}
