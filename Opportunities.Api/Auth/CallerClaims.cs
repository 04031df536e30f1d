using System.Security.Claims;

namespace Opportunities.Api.Auth;

/// <summary>The permission table of the contract: what scopes and roles permit.</summary>
internal static class CallerClaims
{
    private const Permissions Everything =
        Permissions.ReadOwn | Permissions.ReadAll | Permissions.WriteOwn | Permissions.WriteAll | Permissions.Delete
        | Permissions.Reassign;

    public static Caller GetCaller(this ClaimsPrincipal user) => ((CallerPrincipal)user).Caller;

    public static Permissions GetPermissions(IEnumerable<Claim> claims)
    {
        var permissions = Permissions.None;
        foreach (var claim in claims)
        {
            switch (claim.Type)
            {
                case "scope":
                    foreach (var scope in claim.Value.Split(' ')) permissions |= OfScope(scope);
                    break;
                case "cognito:groups" or "roles":
                    permissions |= OfRole(claim.Value);
                    break;
            }
        }

        return permissions;
    }

    private static Permissions OfScope(string scope) => scope switch
    {
        "opportunities/read" => Permissions.ReadOwn | Permissions.ReadAll,
        "opportunities/write" => Permissions.WriteOwn | Permissions.WriteAll,
        "opportunities/delete" => Permissions.Delete,
        "opportunities/admin" => Everything | Permissions.Administer,
        _ => Permissions.None,
    };

    private static Permissions OfRole(string role) => role switch
    {
        "ADMIN" => Everything | Permissions.Administer,
        "SALES_MANAGER" => Everything,
        "SALES_REPRESENTATIVE" => Permissions.ReadOwn | Permissions.WriteOwn,
        _ => Permissions.None,
    };
}
