using Microsoft.AspNetCore.Authorization;

namespace Opportunities.Api.Auth;

/// <summary>The policies that endpoints name; whatever names none is closed.</summary>
internal static class Policies
{
    public const string Read = "read";
    public const string Write = "write";
    public const string Delete = "delete";
    public const string WriteOrDelete = "write or delete";
    public const string Reassign = "reassign";
    public const string Administer = "administer";

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Read, Permitting(Permissions.ReadOwn | Permissions.ReadAll));
        options.AddPolicy(Write, Permitting(Permissions.WriteOwn | Permissions.WriteAll));
        options.AddPolicy(Delete, Permitting(Permissions.Delete));
        options.AddPolicy(WriteOrDelete, Permitting(Permissions.WriteOwn | Permissions.WriteAll | Permissions.Delete));
        options.AddPolicy(Reassign, Permitting(Permissions.Reassign));
        options.AddPolicy(Administer, Permitting(Permissions.Administer));

        // Reached by paths and methods that no endpoint serves (401 without a token, then 404 or 405), and by endpoints that
        // were mapped without a policy: those are refused.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireAssertion(context => (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint)
            .Build();
    }

    private static AuthorizationPolicy Permitting(Permissions any) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireAssertion(context => context.User is CallerPrincipal user && (user.Caller.Permissions & any) != 0)
        .Build();
}
