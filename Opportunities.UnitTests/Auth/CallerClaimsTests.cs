using System.Security.Claims;
using Opportunities.Api.Auth;
using Opportunities.Data;
using Opportunities.UnitTests.Data;

namespace Opportunities.UnitTests.Auth;

/// <summary>The contract's table of permissions.</summary>
public sealed class CallerClaimsTests
{
    private const Permissions All = Permissions.ReadOwn | Permissions.ReadAll | Permissions.WriteOwn | Permissions.WriteAll
        | Permissions.Delete | Permissions.Reassign;

    [Theory]
    [InlineData("scope", "opportunities/read", Permissions.ReadOwn | Permissions.ReadAll)]
    [InlineData("scope", "opportunities/write", Permissions.WriteOwn | Permissions.WriteAll)]
    [InlineData("scope", "opportunities/delete", Permissions.Delete)]
    [InlineData("scope", "opportunities/admin", All | Permissions.Administer)]
    [InlineData("scope", "opportunities/read opportunities/delete", Permissions.ReadOwn | Permissions.ReadAll | Permissions.Delete)]
    [InlineData("scope", "opportunities/read opportunities/read", Permissions.ReadOwn | Permissions.ReadAll)]
    [InlineData("scope", "Opportunities/read", Permissions.None)]
    [InlineData("scope", "opportunities/read,opportunities/write", Permissions.None)]
    [InlineData("scope", "openid", Permissions.None)]
    [InlineData("scope", "", Permissions.None)]
    [InlineData("scope", "ADMIN", Permissions.None)]
    [InlineData("roles", "ADMIN", All | Permissions.Administer)]
    [InlineData("roles", "SALES_MANAGER", All)]
    [InlineData("roles", "SALES_REPRESENTATIVE", Permissions.ReadOwn | Permissions.WriteOwn)]
    [InlineData("cognito:groups", "ADMIN", All | Permissions.Administer)]
    [InlineData("cognito:groups", "SALES_REPRESENTATIVE", Permissions.ReadOwn | Permissions.WriteOwn)]
    [InlineData("roles", "admin", Permissions.None)]
    [InlineData("roles", "opportunities/admin", Permissions.None)]
    [InlineData("role", "ADMIN", Permissions.None)]
    [InlineData("scp", "opportunities/admin", Permissions.None)]
    public void A_claim_permits_what_the_table_says(string type, string value, Permissions permissions) =>
        Assert.Equal(permissions, CallerClaims.GetPermissions([new Claim(type, value)]));

    [Fact]
    public void A_token_permits_what_any_of_its_claims_does() => Assert.Equal(
        Permissions.ReadOwn | Permissions.WriteOwn | Permissions.Delete,
        CallerClaims.GetPermissions(
        [
            new Claim("roles", "SALES_REPRESENTATIVE"),
            new Claim("cognito:groups", "SALES_REPRESENTATIVE"),
            new Claim("scope", "opportunities/delete"),
            new Claim("sub", "ADMIN"),
        ]));

    [Fact]
    public void The_caller_is_the_tokens_subject()
    {
        var principal = new CallerPrincipal(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "somebody"), new Claim("roles", "SALES_REPRESENTATIVE")], "test")));
        Assert.Equal(new Caller("somebody", Permissions.ReadOwn | Permissions.WriteOwn), principal.GetCaller());
    }

    [Theory]
    [InlineData(Permissions.None, false, false)]
    [InlineData(Permissions.ReadOwn, false, false)]
    [InlineData(Permissions.WriteOwn, false, false)]
    [InlineData(Permissions.ReadAll, true, true)]
    [InlineData(Permissions.WriteAll, false, true)]
    [InlineData(Permissions.Delete, false, true)]
    public void Who_may_do_anything_to_all_sees_all(Permissions permissions, bool readsAll, bool seesAll)
    {
        var caller = new Caller("somebody", permissions);
        Assert.Equal((readsAll, seesAll), (caller.ReadsAll, caller.Sees(Build.Draft(DateTime.UnixEpoch))));
    }

    [Theory]
    [InlineData("https://issuer.example.com", false, 0)]
    [InlineData("http://issuer.example.com", true, 0)]
    [InlineData("http://issuer.example.com", false, 1)]
    [InlineData("ftp://issuer.example.com", true, 1)]
    [InlineData("issuer", true, 1)]
    public void An_issuer_is_reached_by_TLS_outside_development(string issuer, bool allowHttp, int errors) =>
        Assert.Equal(
            errors,
            new AuthenticationOptions { Issuer = issuer, AllowHttp = allowHttp, AllowedAudiences = ["a"] }.Validate(new(new())).Count());

    [Fact]
    public void A_blank_audience_is_none() =>
        Assert.Single(
            new AuthenticationOptions { Issuer = "https://issuer.example.com", AllowedAudiences = ["a", " "] }.Validate(new(new())));
}
