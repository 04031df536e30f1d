using Microsoft.AspNetCore.OutputCaching;
using Opportunities.Api.Auth;

namespace Opportunities.Api.Caching;

/// <summary>
/// Lets the output cache keep answers to authenticated reads (which the framework's default policy refuses to), one for each
/// set of rows that a caller may see. <see cref="GenerationOutputCacheStore"/> keeps them from going stale.
/// </summary>
/// <param name="scope">The scope of the answer, from the request.</param>
internal sealed class CachePolicy(Func<HttpContext, string> scope) : IOutputCachePolicy
{
    /// <summary>The most that an answer can be old, where Redis missed a write.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>What ends the number of the request, with which its cache key begins.</summary>
    private const char RequestDelimiter = '\x1d';

    private static long _requests;

    /// <summary>The part of a cache key that requests for the same answer share.</summary>
    public static string SharedKey(string key) => key[(key.IndexOf(RequestDelimiter, StringComparison.Ordinal) + 1)..];

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var caller = context.HttpContext.User.GetCaller();
        context.EnableOutputCaching = true;
        // The framework would answer 504. The directive is meant for caches on the way (RFC 9111, 5.2.1.7): what is kept here is ours.
        context.AllowCacheLookup = !context.HttpContext.Request.Headers.CacheControl.ToString().Contains("only-if-cached", StringComparison.OrdinalIgnoreCase);
        context.AllowCacheStorage = true;
        // A caller that waits for another's computation could be answered with a state from before a write that it knows of.
        context.AllowLocking = false;
        context.ResponseExpirationTimeSpan = Lifetime;
        // The framework lets requests with the same key share one look-up, and so one that may have begun before a write that the later
        // request knows of. A number makes each key another one; the store takes it off again.
        context.CacheVaryByRules.CacheKeyPrefix = $"{Interlocked.Increment(ref _requests):x}{RequestDelimiter}{scope(context.HttpContext)}";
        context.CacheVaryByRules.QueryKeys = "*";
        context.CacheVaryByRules.VaryByHost = false;
        // The subject stands for what a restricted caller may see, and for `created_by=me`.
        context.CacheVaryByRules.VaryByValues["sees"] =
            caller.ReadsAll && !context.HttpContext.Request.Query.ContainsKey("created_by") ? "all" : $"{caller.ReadsAll}:{caller.Subject}";
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        if (context.HttpContext.Response.StatusCode != StatusCodes.Status200OK) context.AllowCacheStorage = false;
        return ValueTask.CompletedTask;
    }
}
