using Microsoft.AspNetCore.OutputCaching;

namespace Opportunities.Api.Caching;

/// <summary>
/// Lets the output cache keep answers to authenticated reads (which the framework's default policy refuses to), one for each
/// set of rows that a caller may see. <see cref="GenerationOutputCacheStore"/> keeps them from going stale.
/// </summary>
/// <param name="keyOf">The key of the answer, from the request. It throws where the request is refused, of which nothing reaches Redis.</param>
internal sealed class CachePolicy(Func<HttpContext, CacheKey> keyOf) : IOutputCachePolicy
{
    /// <summary>The most that an answer can be old, where Redis missed a write.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.CacheVaryByRules.CacheKeyPrefix = keyOf(context.HttpContext).ToPrefix();
        context.CacheVaryByRules.VaryByHost = false;
        context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = true;
        // A caller that waits for another's computation could be answered with a state from before a write that it knows of.
        context.AllowLocking = false;
        context.ResponseExpirationTimeSpan = Lifetime;
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        if (context.HttpContext.Response.StatusCode != StatusCodes.Status200OK) context.AllowCacheStorage = false;
        return ValueTask.CompletedTask;
    }
}
