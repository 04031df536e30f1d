using System.Security.Cryptography;
using System.Text;

namespace Opportunities.Identity;

/// <summary>A client that the issuer knows, and what its tokens carry.</summary>
/// <param name="Id">Its <c>client_id</c>, and the subject of its tokens.</param>
/// <param name="AllowedScopes">What it may ask for, and gets when it asks for nothing.</param>
/// <param name="Groups">The roles in its tokens.</param>
public sealed record DevelopmentClient(string Id, IReadOnlyList<string> AllowedScopes, IReadOnlyList<string> Groups)
{
    /// <summary>The secret of every development client; it protects nothing, and is in the README.</summary>
    public const string Secret = "development-only";

    private static readonly byte[] _secretHash = SHA256.HashData(Encoding.UTF8.GetBytes(Secret));

    /// <summary>Compares in a time that tells nothing about the secret, its length included.</summary>
    /// <param name="secret">What the request presents.</param>
    public static bool SecretMatches(string? secret) =>
        CryptographicOperations.FixedTimeEquals(_secretHash, SHA256.HashData(Encoding.UTF8.GetBytes(secret ?? "")));
}
