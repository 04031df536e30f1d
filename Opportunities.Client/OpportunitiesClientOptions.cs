using System.ComponentModel.DataAnnotations;

namespace Opportunities.Client;

/// <summary>Where the service is, and as whom it is called.</summary>
public sealed record OpportunitiesClientOptions
{
    /// <summary>The service's address, without <c>/api/v1</c>.</summary>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>Where access tokens are asked for, such as <c>https://auth.example.com/oauth2/token</c>.</summary>
    [Required]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's id at the token endpoint.</summary>
    [Required]
    public string ClientId { get; set; } = "";

    /// <summary>The client's secret there.</summary>
    [Required]
    public string ClientSecret { get; set; } = "";

    /// <summary>The scopes to ask for, separated by spaces; null asks for all that the client has.</summary>
    public string? Scope { get; set; }
}
