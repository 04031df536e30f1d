using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Opportunities.Tests.Attachments;

/// <summary>Checks a pre-signed request as Amazon S3 does (AWS Signature Version 4, query parameters, unsigned payload).</summary>
internal static class SignatureV4
{
    /// <summary>Whether the URL's signature is the one of this request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="url">The pre-signed URL.</param>
    /// <param name="headers">The headers of the request, by their names in lower case; Host is the URL's.</param>
    /// <param name="secret">The secret access key.</param>
    public static bool IsValid(string method, Uri url, IReadOnlyDictionary<string, string> headers, string secret)
    {
        var query = QueryHelpers.ParseQuery(url.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        var scope = query["X-Amz-Credential"].Split('/')[1..];
        var canonical = new StringBuilder($"{method}\n{url.AbsolutePath}\n");
        canonical.AppendJoin('&', query.Where(pair => pair.Key != "X-Amz-Signature")
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        canonical.Append('\n');
        foreach (var name in query["X-Amz-SignedHeaders"].Split(';'))
            canonical.Append($"{name}:{(name == "host" ? url.Authority : headers.GetValueOrDefault(name, ""))}\n");
        canonical.Append($"\n{query["X-Amz-SignedHeaders"]}\nUNSIGNED-PAYLOAD");

        var toSign = $"AWS4-HMAC-SHA256\n{query["X-Amz-Date"]}\n{string.Join('/', scope)}\n"
            + $"{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = scope.Aggregate(Encoding.UTF8.GetBytes($"AWS4{secret}"), Sign);
        return Hex(Sign(key, toSign)) == query["X-Amz-Signature"];
    }

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
