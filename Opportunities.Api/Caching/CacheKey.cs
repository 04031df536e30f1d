using Opportunities.Api.Auth;
using Opportunities.Api.Input;

namespace Opportunities.Api.Caching;

/// <summary>
/// Where an answer is kept: made of parsed values alone, never of text from the request. However a request is spelled, it finds what
/// others that ask for the same find, and what a write takes out of use.
/// </summary>
/// <param name="Scope">Whose generation it has.</param>
/// <param name="Content">What was asked for within the scope, and by whom where that makes a difference.</param>
internal sealed record CacheKey(string Scope, string Content)
{
    /// <summary>What ends the number of the request, with which the framework's key begins.</summary>
    private const char NumberEnd = '\x1d';

    /// <summary>What ends the key within the framework's, and its scope.</summary>
    private const char End = '\x1c';

    private static long _requests;

    /// <summary>An answer in the scope of all lists.</summary>
    /// <param name="context">The request.</param>
    /// <param name="content">Its parsed parameters, in one form.</param>
    public static CacheKey OfList(HttpContext context, string content) =>
        new(CacheGenerations.Lists, $"{Operation(context)} {content} {Sees(context)}");

    /// <summary>An answer in the scope of the opportunity that the route's <c>id</c> names; <c>sid</c> names a part of it.</summary>
    /// <exception cref="Errors.ApiException">404: an id that is none.</exception>
    public static CacheKey OfItem(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var part = values.TryGetValue("sid", out var sid) ? $"{Ids.Parse(sid as string)}" : "";
        return new(CacheGenerations.Item(Ids.Parse(values["id"] as string)), $"{Operation(context)} {part} {Sees(context)}");
    }

    /// <summary>
    /// What the framework's key begins with. The framework lets requests with the same key share one look-up, and so one that may have
    /// begun before a write that the later request knows of: a number makes each key another one. The framework adds the request's own text after
    /// it, which <see cref="FromFramework"/> leaves aside.
    /// </summary>
    public string ToPrefix() => $"{Interlocked.Increment(ref _requests):x}{NumberEnd}{Scope}{End}{Content}{End}";

    /// <summary>The key that a key of the framework was made of.</summary>
    public static CacheKey FromFramework(string key)
    {
        var scope = key.IndexOf(NumberEnd, StringComparison.Ordinal) + 1;
        var content = key.IndexOf(End, scope) + 1;
        return new(key[scope..(content - 1)], key[content..key.IndexOf(End, content)]);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Scope} {Content}";

    private static string Operation(HttpContext context) => ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.RawText!;

    // Escaped: a subject is any text.
    private static string Sees(HttpContext context)
    {
        var caller = context.User.GetCaller();
        return caller.ReadsAll ? "all" : $"of {Uri.EscapeDataString(caller.Subject)}";
    }
}
