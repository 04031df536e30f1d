namespace Opportunities.Identity;

/// <summary>How the issuer writes its own name.</summary>
internal static class IssuerName
{
    /// <summary>
    /// OpenIddict writes a bare host with a slash at its end. Issuers are compared letter by letter, and nobody types that slash
    /// into a configuration (Cognito's names have none either), so it goes.
    /// </summary>
    public static string? Of(string? address) => address?.TrimEnd('/');
}
