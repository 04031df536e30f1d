using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Opportunities.Api.Auth;

namespace Opportunities.SystemTests.Security;

/// <summary>
/// What becomes of an endpoint whose author forgot the policy: the API's own policies, on an application with such an endpoint.
/// </summary>
public sealed class FallbackPolicyTests
{
    [Fact]
    public async Task An_endpoint_without_a_policy_is_refused_even_to_those_who_may_do_everything()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication("everything").AddScheme<AuthenticationSchemeOptions, Everything>("everything", null);
        builder.Services.AddAuthorization(Policies.Add);
        await using var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/api/v1/forgotten", () => "open");
        app.MapGet("/api/v1/guarded", () => "open").RequireAuthorization(Policies.Read);
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var forgotten = await client.GetAsync("/api/v1/forgotten");
        Assert.Equal(HttpStatusCode.Forbidden, forgotten.StatusCode);
        using var guarded = await client.GetAsync("/api/v1/guarded");
        Assert.Equal(HttpStatusCode.OK, guarded.StatusCode);
    }

    private sealed class Everything(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var identity = new ClaimsIdentity([new Claim("sub", "somebody"), new Claim("scope", "opportunities/admin")], Scheme.Name);
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(new CallerPrincipal(new ClaimsPrincipal(identity)), Scheme.Name)));
        }
    }
}
