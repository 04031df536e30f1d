using Microsoft.AspNetCore.Http.HttpResults;

namespace Opportunities.Identity;

/// <summary>Lets a developer, or a test, see what a change of the signing key does to the services that trust it.</summary>
internal static class KeyRotation
{
    /// <summary><c>POST /development/rotate-key</c>: a new key signs from now on, the old one stays published.</summary>
    public static void MapKeyRotation(this IEndpointRouteBuilder app) =>
        app.MapPost("/development/rotate-key", Rotate);

    private static NoContent Rotate(SigningKeys keys, IOptionsMonitorCache<OpenIddictServerOptions> options)
    {
        keys.Rotate();
        // OpenIddict looks its options up for every request: without a cached instance, the next one is built with the new key.
        options.TryRemove(Options.DefaultName);
        return TypedResults.NoContent();
    }
}
