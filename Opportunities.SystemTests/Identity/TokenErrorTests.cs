using System.Net;
using System.Net.Http.Json;

namespace Opportunities.SystemTests.Identity;

[Collection(IdentityFixture.Collection)]
public sealed class TokenErrorTests(IdentityFixture fixture)
{
    /// <summary>What the request says, and the status and error code it is answered with.</summary>
    public static TheoryData<string, HttpStatusCode, string> Refused => new()
    {
        { "grant_type=client_credentials&client_id=dev-all&client_secret=wrong", HttpStatusCode.Unauthorized, "invalid_client" },
        { "grant_type=client_credentials&client_id=dev-all&client_secret=", HttpStatusCode.Unauthorized, "invalid_client" },
        { "grant_type=client_credentials&client_id=dev-all", HttpStatusCode.Unauthorized, "invalid_client" },
        { "grant_type=client_credentials&client_id=DEV-ALL&client_secret=development-only", HttpStatusCode.Unauthorized, "invalid_client" },
        { "grant_type=client_credentials&client_id=nobody&client_secret=development-only", HttpStatusCode.Unauthorized, "invalid_client" },
        { "grant_type=client_credentials", HttpStatusCode.BadRequest, "invalid_request" },
        { "client_id=dev-all&client_secret=development-only", HttpStatusCode.BadRequest, "invalid_request" },
        { "", HttpStatusCode.BadRequest, "invalid_request" },
        { "grant_type=password&client_id=dev-all&client_secret=development-only", HttpStatusCode.BadRequest, "unsupported_grant_type" },
        {
            "grant_type=refresh_token&client_id=dev-all&client_secret=development-only", HttpStatusCode.BadRequest, "unsupported_grant_type"
        },
        {
            "grant_type=client_credentials&client_id=dev-all&client_secret=development-only&scope=opportunities/else",
            HttpStatusCode.BadRequest,
            "invalid_scope"
        },
        {
            "grant_type=client_credentials&client_id=dev-all&client_secret=development-only&scope=openid",
            HttpStatusCode.BadRequest,
            "invalid_scope"
        },
        {
            "grant_type=client_credentials&client_id=dev-reader&client_secret=development-only&scope=opportunities/write",
            HttpStatusCode.BadRequest,
            "invalid_scope"
        },
        {
            "grant_type=client_credentials&client_id=dev-none&client_secret=development-only&scope=opportunities/read",
            HttpStatusCode.BadRequest,
            "invalid_scope"
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_that_is_not_right_is_refused_as_RFC_6749_says(string form, HttpStatusCode status, string error)
    {
        using var content = new StringContent(form, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var response = await fixture.Identity.Http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), content);

        Assert.Equal(status, response.StatusCode);
        var body = await response.BodyAsync();
        Assert.Equal(error, body.GetProperty("error").GetString());
        Assert.False(body.TryGetProperty("access_token", out _));
        if (status == HttpStatusCode.Unauthorized) Assert.Equal("Basic", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        using var response = await fixture.Identity.Http.PostAsJsonAsync(
            "/oauth2/token", new { grant_type = "client_credentials", client_id = "dev-all", client_secret = "development-only" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_request", (await response.BodyAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Credentials_in_the_address_are_refused()
    {
        using var response = await fixture.Identity.Http.GetAsync(
            new Uri("/oauth2/token?grant_type=client_credentials&client_id=dev-all&client_secret=development-only", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_wrong_secret_in_the_header_is_refused()
    {
        using var response = await fixture.Identity.RequestTokenWithBasicAsync("dev-all", "wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("invalid_client", (await response.BodyAsync()).GetProperty("error").GetString());
    }
}
