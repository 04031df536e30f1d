using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Gives the discovery document the same issuer as the tokens.</summary>
internal sealed class DescribeIssuer : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    private const string Issuer = "issuer";

    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        context.Response.SetParameter(Issuer, IssuerName.Of((string?)context.Response.GetParameter(Issuer)));
        return ValueTask.CompletedTask;
    }
}
