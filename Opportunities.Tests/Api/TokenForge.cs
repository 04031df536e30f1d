using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Opportunities.Tests.Api;

/// <summary>Tokens that must not work, each made from one that does. What needs the issuer's key is in <c>TokenAttackTests</c>.</summary>
internal static class TokenForge
{
    private static readonly RsaSecurityKey _ownKey = new(RSA.Create(2048)) { KeyId = "attacker" };

    public static IReadOnlyList<string> Kinds { get; } =
    [
        "none at all", "garbage", "alg none", "HMAC with the public key", "changed payload", "own key", "own key under the issuer's kid",
        "truncated",
    ];

    public static async Task<string?> MakeAsync(string kind, ISystemUnderTest system)
    {
        var good = await system.TokenAsync("dev-all");
        var parts = good.Split('.');
        return kind switch
        {
            "none at all" => null,
            "garbage" => "invalid_token",
            "alg none" => $"{Part("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            "HMAC with the public key" => await WithPublicKeyAsSecretAsync(parts[1], good),
            "changed payload" => $"{parts[0]}.{Part(Text(parts[1]).Replace("dev-all", "dev-any", StringComparison.Ordinal))}.{parts[2]}",
            "own key" => Sign(parts[1], _ownKey, "attacker"),
            "own key under the issuer's kid" => Sign(parts[1], _ownKey, new JsonWebToken(good).Kid),
            "truncated" => good[..^10],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private static async Task<string> WithPublicKeyAsSecretAsync(string payload, string good)
    {
        using var http = new HttpClient();
        var issuer = new JsonWebToken(good).Issuer.TrimEnd('/');
        var discovery = JsonNode.Parse(await http.GetStringAsync($"{issuer}/.well-known/openid-configuration"))!;
        var keys = new JsonWebKeySet(await http.GetStringAsync(discovery["jwks_uri"]!.GetValue<string>()));
        var key = keys.Keys.First();
        using var rsa = RSA.Create(
            new RSAParameters { Modulus = Base64UrlEncoder.DecodeBytes(key.N), Exponent = Base64UrlEncoder.DecodeBytes(key.E) });
        var input = $"{Part($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.Kid}}"}""")}.{payload}";
        var secret = Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem());
        return $"{input}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Sign(string payload, RsaSecurityKey key, string kid)
    {
        var input = $"{Part($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{kid}}"}""")}.{payload}";
        var signature = key.Rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    private static string Text(string part) => Base64UrlEncoder.Decode(part);
}
