namespace Opportunities.Api.Auth;

/// <summary>Section <c>Authentication</c>: whose tokens are good.</summary>
internal sealed class AuthenticationOptions : IValidatableObject
{
    public const string Section = "Authentication";

    /// <summary>The issuer: the tokens' <c>iss</c>, under which its discovery document lies. HTTPS outside development.</summary>
    [Required]
    public string Issuer { get; set; } = "";

    /// <summary>The accepted <c>aud</c> values or, for issuers whose access tokens have none (Cognito), <c>client_id</c> values.</summary>
    [Required]
    [MinLength(1)]
    public string[] AllowedAudiences { get; set; } = [];

    /// <summary>Whether the issuer may be reached without TLS; for development.</summary>
    public bool AllowHttp { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http"))
            yield return new ValidationResult($"{Section}:{nameof(Issuer)} must be an absolute URL.");
        else if (issuer.Scheme == "http" && !AllowHttp)
            yield return new ValidationResult($"{Section}:{nameof(Issuer)} must be an https URL outside development.");
        if (AllowedAudiences.Any(string.IsNullOrWhiteSpace))
            yield return new ValidationResult($"{Section}:{nameof(AllowedAudiences)} must not contain a blank entry.");
    }
}
