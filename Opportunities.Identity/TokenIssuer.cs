using Microsoft.IdentityModel.Tokens;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Opportunities.Identity;

/// <summary>Puts the issuer together: OpenIddict does the protocol, the handlers decide who gets what.</summary>
internal static class TokenIssuer
{
    private static readonly TimeSpan _tokenLifetime = TimeSpan.FromHours(1);

    public static void AddTokenIssuer(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IdentityOptions>()
            .BindConfiguration(IdentityOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        builder.Services.AddSingleton<SigningKeys>();
        builder.Services.ConfigureOptions<SigningCredentialsSetup>();
        builder.Services.AddOptions<OpenIddictServerOptions>()
            .Configure<IOptions<IdentityOptions>>(SetIssuer)
            .ValidateOnStart();

        builder.Services.AddOpenIddict().AddServer(Configure);
    }

    private static void SetIssuer(OpenIddictServerOptions server, IOptions<IdentityOptions> identity)
    {
        if (identity.Value.Issuer is { } issuer) server.Issuer = new Uri(issuer);
    }

    private static void Configure(OpenIddictServerBuilder server)
    {
        server.SetTokenEndpointUris("oauth2/token")
            .SetConfigurationEndpointUris(".well-known/openid-configuration")
            .SetJsonWebKeySetEndpointUris(".well-known/jwks.json")
            .AllowClientCredentialsFlow()
            .RegisterScopes([.. DevelopmentClients.Scopes])
            .SetAccessTokenLifetime(_tokenLifetime);

        // No database: the clients are a table in this project, and a token is all that it says.
        server.EnableDegradedMode();
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseSingletonHandler<AuthenticateClient>());
        // A missing secret is a failed authentication (RFC 6749, 5.2), not a malformed request.
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateClientCredentialsParameters.Descriptor);
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(TokenShape.Issue));

        // Signed and readable, as Cognito's are. OpenIddict wants an encryption key nevertheless; it would make one of RSA, which takes
        // seconds.
        server.DisableAccessTokenEncryption().AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        server.AddEventHandler<GenerateTokenContext>(handler => handler.UseInlineHandler(TokenShape.Finish)
            .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 1));
        server.AddEventHandler<ApplyConfigurationResponseContext>(
            handler => handler.UseInlineHandler(TokenShape.Describe).SetOrder(int.MinValue));

        // The discovery document offers what there is, and no more.
        server.Configure(options =>
        {
            options.Scopes.Remove(OpenIddictConstants.Scopes.OpenId);
            options.ClientAuthenticationMethods.Remove(OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        });

        // On a developer's machine, plain http is enough.
        server.UseAspNetCore().DisableTransportSecurityRequirement().SetRealm("opportunities");
    }
}
