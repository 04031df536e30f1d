using Microsoft.IdentityModel.Tokens;

namespace Opportunities.Identity;

/// <summary>Hands the current <see cref="SigningKeys"/> to OpenIddict, each time its options are built.</summary>
internal sealed class SigningCredentialsSetup(SigningKeys keys) : IConfigureOptions<OpenIddictServerOptions>
{
    public void Configure(OpenIddictServerOptions options)
    {
        foreach (var key in keys.All) options.SigningCredentials.Add(new SigningCredentials(Identify(key), SecurityAlgorithms.RsaSha256));
    }

    // The name of a key follows from the key (RFC 7638), so that it is the same after a restart.
    private static RsaSecurityKey Identify(RSA rsa)
    {
        var key = new RsaSecurityKey(rsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}
