using System.Security.Claims;

namespace Opportunities.Api.Auth;

/// <summary>A principal whose claims have been read: many requests bring the same token.</summary>
internal sealed class CallerPrincipal(ClaimsPrincipal principal) : ClaimsPrincipal(principal)
{
    /// <summary>The caller that it stands for. The token handler refuses tokens without a subject.</summary>
    public Caller Caller { get; } = new(principal.FindFirstValue("sub")!, CallerClaims.GetPermissions(principal.Claims));
}
