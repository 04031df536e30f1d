using Microsoft.IdentityModel.JsonWebTokens;

namespace Opportunities.SystemTests.Identity;

[Collection(IdentityFixture.Collection)]
public sealed class TokenContentTests(IdentityFixture fixture)
{
    /// <summary>Client, its scopes, its groups.</summary>
    public static TheoryData<string, string?, string[]> Clients => new()
    {
        { "dev-all", "opportunities/read opportunities/write opportunities/delete opportunities/admin", [] },
        { "dev-service", "opportunities/read opportunities/write", [] },
        { "dev-reader", "opportunities/read", [] },
        { "dev-none", null, [] },
        { "dev-admin", null, ["ADMIN"] },
        { "dev-manager", null, ["SALES_MANAGER"] },
        { "dev-rep-1", null, ["SALES_REPRESENTATIVE"] },
        { "dev-rep-2", null, ["SALES_REPRESENTATIVE"] },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_token_says_who_the_client_is_and_what_it_may_do(string client, string? scope, string[] groups)
    {
        var token = new JsonWebToken(await fixture.Identity.AccessTokenAsync(client));

        Assert.Equal("RS256", token.Alg);
        Assert.Equal(fixture.Identity.Issuer, token.Issuer);
        Assert.Equal(["opportunities"], token.Audiences);
        Assert.Equal(client, token.Subject);
        Assert.Equal(client, token.GetPayloadValue<string>("client_id"));
        Assert.Equal("access", token.GetPayloadValue<string>("token_use"));
        Assert.Equal(scope, token.TryGetPayloadValue<string>("scope", out var found) ? found : null);
        Assert.Equal(groups, token.TryGetPayloadValue<string[]>("cognito:groups", out var roles) ? roles : []);
        Assert.Equal(TimeSpan.FromHours(1), token.ValidTo - token.IssuedAt);
        Assert.Equal(token.IssuedAt, token.ValidFrom);
        Assert.InRange(DateTime.UtcNow - token.IssuedAt, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_token_carries_nothing_that_Cognito_would_not_put_there_but_the_audience()
    {
        var token = new JsonWebToken(await fixture.Identity.AccessTokenAsync("dev-admin"));

        Assert.Equal(
            ["aud", "client_id", "cognito:groups", "exp", "iat", "iss", "jti", "nbf", "sub", "token_use"],
            token.Claims.Select(claim => claim.Type).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_token_has_an_id_of_its_own()
    {
        var first = new JsonWebToken(await fixture.Identity.AccessTokenAsync("dev-all"));
        var second = new JsonWebToken(await fixture.Identity.AccessTokenAsync("dev-all"));

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_client_gets_only_the_scopes_it_asks_for()
    {
        using var response = await fixture.Identity.RequestTokenAsync(
            ("grant_type", "client_credentials"), ("client_id", "dev-all"), ("client_secret", "development-only"),
            ("scope", "opportunities/write opportunities/read"));

        var body = await response.BodyAsync();
        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal(
            ["opportunities/read", "opportunities/write"],
            token.GetPayloadValue<string>("scope").Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_answer_is_a_bearer_token_for_an_hour_that_no_cache_may_keep()
    {
        using var response = await fixture.Identity.RequestTokenAsync(
            ("grant_type", "client_credentials"), ("client_id", "dev-all"), ("client_secret", "development-only"));

        var body = await response.BodyAsync();
        Assert.Equal("Bearer", body.GetProperty("token_type").GetString());
        Assert.InRange(body.GetProperty("expires_in").GetInt32(), 3590, 3600);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task The_client_may_name_itself_in_the_header()
    {
        using var response = await fixture.Identity.RequestTokenWithBasicAsync("dev-reader", "development-only");

        var token = new JsonWebToken((await response.BodyAsync()).GetProperty("access_token").GetString());
        Assert.Equal("dev-reader", token.Subject);
    }
}
