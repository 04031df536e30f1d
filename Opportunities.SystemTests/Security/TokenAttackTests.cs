using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Opportunities.SystemTests.Security;

/// <summary>Tokens that an attacker makes or finds. Each is a good one but for what its name says.</summary>
[Collection(SystemCollection.Name)]
public sealed class TokenAttackTests(TokenAttackSystem system) : IClassFixture<TokenAttackSystem>
{
    /// <summary>Signed by the issuer, with other claims than a good token's.</summary>
    private static readonly Dictionary<string, Action<JsonObject, TokenAttackSystem>> _badClaims = new()
    {
        ["expired"] = (claims, _) =>
        {
            claims["nbf"] = TestIssuer.In(TimeSpan.FromHours(-1));
            claims["exp"] = TestIssuer.In(TimeSpan.FromSeconds(-90));
        },
        ["without an end"] = (claims, _) => claims.Remove("exp"),
        ["an end that is text"] = (claims, _) => claims["exp"] = "tomorrow",
        ["an end beyond every calendar, in the past"] = (claims, _) => claims["exp"] = long.MinValue,
        ["good from the future on"] = (claims, _) => claims["nbf"] = TestIssuer.In(TimeSpan.FromSeconds(120)),
        ["issued in the future"] = (claims, _) => claims["iat"] = TestIssuer.In(TimeSpan.FromSeconds(120)),
        ["for another audience"] = (claims, _) => { claims["aud"] = "another-service"; claims["client_id"] = "another-client"; },
        ["for no audience"] = (claims, _) => { claims.Remove("aud"); claims.Remove("client_id"); },
        ["an audience that contains the right one"] = (claims, _) => claims["aud"] = "opportunities.evil.example",
        ["of another issuer"] = (claims, _) => claims["iss"] = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another",
        ["of the stranger, with this issuer's signature"] = (claims, system) => claims["iss"] = system.Stranger.Name,
        ["an issuer below the issuer"] = (claims, system) => claims["iss"] = $"{system.Issuer.Name}/tenant",
        ["of no issuer"] = (claims, _) => claims.Remove("iss"),
        ["an id token"] = (claims, _) => claims["token_use"] = "id",
        ["a refresh token"] = (claims, _) => claims["token_use"] = "refresh",
        ["a use that is no text"] = (claims, _) => claims["token_use"] = new JsonArray("access"),
        ["without a subject"] = (claims, _) => claims.Remove("sub"),
        ["a blank subject"] = (claims, _) => claims["sub"] = " ",
        ["a subject with NUL"] = (claims, _) => claims["sub"] = "a\0b",
        ["a subject beyond the limit"] = (claims, _) => claims["sub"] = new string('s', 256),
    };

    /// <summary>With a header that says where the key is or what the signature means; null is signed by the issuer all the same.</summary>
    private static readonly Dictionary<string, Func<TokenAttackSystem, string>> _forged = new()
    {
        ["alg none"] = system => $"{TestIssuer.Part(With("alg", "none"))}.{TestIssuer.Part(system.Issuer.Claims())}.",
        ["alg nOnE"] = system => $"{TestIssuer.Part(With("alg", "nOnE"))}.{TestIssuer.Part(system.Issuer.Claims())}.",
        ["alg none with a signature"] = system => system.Issuer.Sign(system.Issuer.Claims(), With("alg", "none")),
        ["no alg"] = system => system.Issuer.Sign(system.Issuer.Claims(), With("alg", null)),
        ["another alg than the signature's"] = system => system.Issuer.Sign(system.Issuer.Claims(), With("alg", "ES256")),
        ["HMAC, the secret being the public key's PEM"] = system =>
            TestIssuer.SignWithSecret(system.Issuer.Claims(), With("alg", "HS256"), Encoding.ASCII.GetBytes(system.Issuer.PublicKeyPem)),
        ["HMAC, the secret being the public key's modulus"] = system =>
            TestIssuer.SignWithSecret(
                system.Issuer.Claims(), With("alg", "HS256"), Base64UrlEncoder.DecodeBytes((string)system.Issuer.PublicKey["n"]!)),
        ["kid as a path to an empty file"] = system =>
            TestIssuer.SignWithSecret(system.Issuer.Claims(), With("alg", "HS256", "kid", "../../../../../../dev/null"), []),
        ["kid as SQL that selects the key"] = system =>
            TestIssuer.SignWithSecret(system.Issuer.Claims(), With("alg", "HS256", "kid", "x' UNION SELECT 'secret' --"), "secret"u8),
        ["kid as a URL of the attacker's keys"] = system => system.Stranger.Sign(
            system.Issuer.Claims(), With("kid", $"{system.Stranger.Name}/jwks")),
        ["kid with NUL"] = system => system.Stranger.Sign(system.Issuer.Claims(), With("kid", $"{TestIssuer.KeyId}\0")),
        ["kid as an object"] = system => system.Stranger.Sign(system.Issuer.Claims(), With("kid", new JsonObject { ["$ne"] = 1 })),
        ["jku with the attacker's keys"] = system => system.Stranger.Sign(
            system.Issuer.Claims(), With("jku", $"{system.Stranger.Name}/jwks")),
        ["x5u with the attacker's certificate"] = system => system.Stranger.Sign(
            system.Issuer.Claims(), With("x5u", $"{system.Stranger.Name}/certificate")),
        ["jwk: the attacker's key itself"] = system => system.Stranger.Sign(system.Issuer.Claims(), With("jwk", system.Stranger.PublicKey)),
        ["the attacker's key under the issuer's kid"] = system => system.Stranger.Sign(system.Issuer.Claims()),
        ["another user pool's token"] = system => system.Stranger.Sign(system.Stranger.Claims()),
        ["crit: what nobody here understands"] = system =>
            system.Issuer.Sign(
                system.Issuer.Claims(), With("crit", new JsonArray("http://example.com/meaning"), "http://example.com/meaning", true)),
        ["the signature of another payload"] =
            system => $"{Parts(system)[0]}.{TestIssuer.Part(Changed(system, "sub", "dev-admin"))}.{Parts(system)[2]}",
        ["an empty signature"] = system => $"{Parts(system)[0]}.{Parts(system)[1]}.",
        ["no signature"] = system => $"{Parts(system)[0]}.{Parts(system)[1]}",
        ["a signature cut short"] = system => Good(system)[..^10],
        ["a byte of the signature changed"] = system => Good(system)[..^20] + (Good(system)[^20] == 'A' ? 'B' : 'A') + Good(system)[^19..],
        ["five parts, as if encrypted"] = system => $"{Good(system)}.AAAA.AAAA",
        ["a payload that is no object"] = system => system.Issuer.Sign(new JsonArray(1, 2)),
        ["a payload nested deeply"] = system => system.Issuer.Sign(JsonNode.Parse(new string('[', 60) + new string(']', 60))!),
        ["no JSON"] = system => "bm90.SlNPTg.AAAA",
        ["no token"] = system => "invalid_token",
        ["20,000 characters"] = system => new string('A', 20_000),
        ["20,000 characters in three parts"] = system => $"{Parts(system)[0]}.{new string('A', 20_000)}.{Parts(system)[2]}",
    };

    public static TheoryData<string> BadClaims() => [.. _badClaims.Keys];

    public static TheoryData<string> Forged() => [.. _forged.Keys];

    [Theory]
    [MemberData(nameof(BadClaims))]
    public async Task A_token_with_bad_claims_is_401(string name)
    {
        await AcceptGoodAsync();
        var claims = system.Issuer.Claims();
        _badClaims[name](claims, system);
        await AssertRefusedAsync(system.Issuer.Sign(claims));
    }

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_forged_token_is_401_and_nothing_that_it_points_to_is_fetched(string name)
    {
        await AcceptGoodAsync();
        await AssertRefusedAsync(_forged[name](system));
        Assert.Empty(system.Stranger.Requests);
    }

    [Fact]
    public async Task What_a_good_token_may_differ_in_is_accepted()
    {
        foreach (var change in (Action<JsonObject>[])
        [
            claims => { claims["nbf"] = TestIssuer.In(TimeSpan.FromHours(-1)); claims["exp"] = TestIssuer.In(TimeSpan.FromSeconds(-30)); },
            claims => claims["nbf"] = TestIssuer.In(TimeSpan.FromSeconds(30)),
            claims => claims["iat"] = TestIssuer.In(TimeSpan.FromSeconds(30)),
            claims => claims["aud"] = new JsonArray("another-service", "opportunities"),
            claims => { claims.Remove("aud"); claims["client_id"] = "opportunities"; },
            claims => claims.Remove("token_use"),
        ])
        {
            var claims = system.Issuer.Claims();
            change(claims);
            using var response = await system.ReadAsync(system.Issuer.Sign(claims));
            await response.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_token_larger_than_the_headers_may_be_never_reaches_the_application()
    {
        using var response = await system.ReadAsync(new string('A', 40_000));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_good_token_counts_only_as_the_one_bearer_token_of_the_header()
    {
        var good = Good(system);
        foreach (var (query, authorization) in ((string, string[])[])
        [
            ($"?access_token={good}", []),
            ("", [$"Basic {good}"]),
            ("", [good]),
            ("", ["Bearer"]),
            ("", [$"Bearer {good} {good}"]),
            ("", [$"Bearer {good}", "Bearer invalid_token"]),
        ])
        {
            using var response = await system.ReadAsync(query, authorization);
            await response.ProblemAsync(HttpStatusCode.Unauthorized);
        }
    }

    // Also so that what is remembered of good tokens is there to be misused.
    private async Task AcceptGoodAsync()
    {
        using var response = await system.ReadAsync(Good(system));
        await response.JsonAsync(HttpStatusCode.OK);
    }

    private async Task AssertRefusedAsync(string token)
    {
        using var response = await system.ReadAsync(token);
        await response.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    private static string Good(TokenAttackSystem system) => system.Issuer.Sign(system.Issuer.Claims());

    private static string[] Parts(TokenAttackSystem system) => Good(system).Split('.');

    private static JsonObject Changed(TokenAttackSystem system, string claim, string value)
    {
        var claims = system.Issuer.Claims();
        claims[claim] = value;
        return claims;
    }

    private static JsonObject With(params object?[] pairs)
    {
        var header = TestIssuer.Header();
        foreach (var pair in pairs.Chunk(2))
            header[(string)pair[0]!] = pair[1] as JsonNode ?? (pair[1] is null ? null : JsonValue.Create(pair[1]));
        return header;
    }
}
