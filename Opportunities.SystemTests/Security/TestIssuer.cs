using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Opportunities.SystemTests.Security;

/// <summary>
/// An issuer whose key a test holds: a token of its differs from a good one in what the test changed and in nothing else, so
/// that it is refused for that. The same server is an attacker's, where a header of a token points to it.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string KeyId = "the-key";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app;

    private TestIssuer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(context =>
        {
            _requests.Enqueue(context.Request.Path);
            return context.Response.WriteAsync(context.Request.Path == "/jwks" ? Keys : Discovery);
        });
    }

    /// <summary>Its name: where it is.</summary>
    public string Name => _app.Urls.Single();

    /// <summary>The paths that it was asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>The public key as a JWK (RFC 7517).</summary>
    public JsonObject PublicKey
    {
        get
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            return new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = KeyId,
                ["n"] = Base64UrlEncoder.Encode(key.Modulus),
                ["e"] = Base64UrlEncoder.Encode(key.Exponent),
            };
        }
    }

    private string Keys => new JsonObject { ["keys"] = new JsonArray(PublicKey) }.ToJsonString();

    private string Discovery => new JsonObject { ["issuer"] = Name, ["jwks_uri"] = $"{Name}/jwks" }.ToJsonString();

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>The claims of a good access token that permits everything.</summary>
    public JsonObject Claims() => new()
    {
        ["iss"] = Name,
        ["aud"] = "opportunities",
        ["client_id"] = "a-client",
        ["sub"] = "a-client",
        ["token_use"] = "access",
        ["scope"] = "opportunities/admin",
        ["iat"] = In(TimeSpan.Zero),
        ["nbf"] = In(TimeSpan.Zero),
        ["exp"] = In(TimeSpan.FromHours(1)),
    };

    /// <summary>The header of a good token.</summary>
    public static JsonObject Header() => new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };

    /// <summary>A token with the issuer's signature.</summary>
    public string Sign(JsonNode claims, JsonObject? header = null)
    {
        var input = $"{Part(header ?? Header())}.{Part(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64UrlEncoder.Encode(signature)}";
    }

    /// <summary>A token whose signature is an HMAC.</summary>
    public static string SignWithSecret(JsonNode claims, JsonObject header, ReadOnlySpan<byte> secret)
    {
        var input = $"{Part(header)}.{Part(claims)}";
        return $"{input}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Part(JsonNode json) => Base64UrlEncoder.Encode(json.ToJsonString());

    /// <summary>A time of a claim, from now.</summary>
    public static long In(TimeSpan time) => (DateTimeOffset.UtcNow + time).ToUnixTimeSeconds();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }
}
