using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Auth;

/// <summary>Bearer tokens (RFC 6750): JWTs with an asymmetric signature of the configured issuer.</summary>
internal static class Authentication
{
    private static readonly string[] _algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddBearerTokens(this IServiceCollection services)
    {
        services.AddOptions<AuthenticationOptions>()
            .BindConfiguration(AuthenticationOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<AccessTokenHandler>();
        services.AddSingleton<TokenCache>();
        services.AddTransient<CachingBearerHandler>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.Configure<Microsoft.AspNetCore.Authentication.AuthenticationOptions>(static authentication =>
            authentication.SchemeMap[JwtBearerDefaults.AuthenticationScheme].HandlerType = typeof(CachingBearerHandler));
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthenticationOptions>, AccessTokenHandler>(Configure);
        services.AddAuthorization(Policies.Add);
    }

    private static void Configure(JwtBearerOptions bearer, IOptions<AuthenticationOptions> options, AccessTokenHandler handler)
    {
        var settings = options.Value;
        bearer.Authority = settings.Issuer;
        bearer.RequireHttpsMetadata = !settings.AllowHttp;
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.BackchannelTimeout = TimeLimits.IssuerKeys;
        bearer.RefreshInterval = TimeSpan.FromSeconds(10);
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(handler);
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAlgorithms = _algorithms,
            ValidateIssuerSigningKey = true,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromSeconds(60),
            NameClaimType = "sub",
            RoleClaimType = "cognito:groups",
            AudienceValidator = (audiences, token, _) =>
                audiences.Any(settings.AllowedAudiences.Contains)
                || (((JsonWebToken)token).TryGetPayloadValue<string>("client_id", out var client)
                    && settings.AllowedAudiences.Contains(client)),
        };
        bearer.Events = new JwtBearerEvents
        {
            OnAuthenticationFailed = static context => context.Exception is IssuerUnavailableException
                ? throw ApiException.Unavailable("The token issuer does not answer.")
                : Task.CompletedTask,
            OnForbidden = static context =>
            {
                context.Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
                return Task.CompletedTask;
            },
        };
    }
}
