using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Opportunities.SystemTests.Identity;

[Collection(IdentityFixture.Collection)]
public sealed class DiscoveryTests(IdentityFixture fixture)
{
    [Fact]
    public async Task The_discovery_document_points_to_the_keys_and_the_token_endpoint()
    {
        var document = await fixture.Identity.Http.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        var issuer = fixture.Identity.Issuer;
        Assert.Equal(issuer, document.GetProperty("issuer").GetString());
        Assert.Equal($"{issuer}/.well-known/jwks.json", document.GetProperty("jwks_uri").GetString());
        Assert.Equal($"{issuer}/oauth2/token", document.GetProperty("token_endpoint").GetString());
    }

    [Theory]
    [InlineData("GET", "/.well-known/openid-configuration")]
    [InlineData("GET", "/.well-known/jwks.json")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/nothing")]
    [InlineData("POST", "/oauth2/token")]
    public async Task No_answer_names_the_server_or_is_taken_for_another_kind(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await fixture.Identity.Http.SendAsync(request);

        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("X-Powered-By"));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        if (path == "/oauth2/token") Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task The_published_keys_are_public_only()
    {
        var document = await fixture.Identity.Http.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json");

        var key = Assert.Single(document.GetProperty("keys").EnumerateArray());
        Assert.Equal(
            ["alg", "e", "kid", "kty", "n", "use"], key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_published_validates_a_token()
    {
        var result = await fixture.Identity.ValidateAsync(await fixture.Identity.AccessTokenAsync("dev-all"));

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task What_is_published_does_not_validate_a_changed_token()
    {
        var parts = (await fixture.Identity.AccessTokenAsync("dev-none")).Split('.');
        var other = (await fixture.Identity.AccessTokenAsync("dev-all")).Split('.');

        var result = await fixture.Identity.ValidateAsync($"{parts[0]}.{other[1]}.{parts[2]}");

        Assert.False(result.IsValid);
    }

    [Fact]
    public async Task A_configured_issuer_names_itself_so_in_the_document_and_in_the_tokens()
    {
        using var identity = await IdentityProcess.StartAsync(("Identity__Issuer", "http://tokens.example/pool"));

        var document = await identity.Http.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");
        var result = await identity.ValidateAsync(await identity.AccessTokenAsync("dev-all"));

        Assert.Equal("http://tokens.example/pool", document.GetProperty("issuer").GetString());
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("http://tokens.example/pool", result.Issuer);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task It_tells_that_it_is_well(string path)
    {
        using var response = await fixture.Identity.Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
