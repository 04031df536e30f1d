using System.ComponentModel.DataAnnotations;

namespace Opportunities.Identity;

/// <summary>The settings of the issuer, from the configuration section <c>Identity</c>.</summary>
internal sealed class IdentityOptions : IValidatableObject
{
    public const string Section = "Identity";

    /// <summary>The <c>iss</c> of every token; without it, the address under which the request came.</summary>
    public string? Issuer { get; set; }

    /// <summary>The secret of every client. It protects nothing, and is in the README.</summary>
    public string ClientSecret { get; set; } = "development-only";

    /// <summary>A PEM file with the signing keys, newest first, made when missing; without, they end with the process.</summary>
    public string? SigningKeyPath { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Issuer is not null && !IsIssuer(Issuer))
        {
            yield return new(
                $"{Section}:{nameof(Issuer)} must be an absolute http or https address without query and fragment.", [nameof(Issuer)]);
        }

        if (string.IsNullOrEmpty(ClientSecret))
            yield return new($"{Section}:{nameof(ClientSecret)} must not be empty.", [nameof(ClientSecret)]);

        if (SigningKeyPath is not null && string.IsNullOrWhiteSpace(SigningKeyPath))
            yield return new($"{Section}:{nameof(SigningKeyPath)} must name a file when it is set.", [nameof(SigningKeyPath)]);
    }

    private static bool IsIssuer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "http" or "https", Query: "", Fragment: "" };
}
