namespace Opportunities.Api.Http;

/// <summary>One form of every request, and a complete <c>Allow</c> on the answers of routing.</summary>
internal static class MethodSupport
{
    /// <summary>Where a file store of our own gives and takes files: these, and nothing else, have parts.</summary>
    public const string FilesPrefix = "/files";

    /// <summary>
    /// Makes HEAD a GET (the server itself sends no body for it), and takes away the headers that would make the framework answer
    /// otherwise: only <c>If-Match</c> and <c>If-None-Match</c> condition a request, and no answer is older than it was asked for.
    /// </summary>
    public static void Normalize(HttpRequest request)
    {
        var headers = request.Headers;
        var isHead = HttpMethods.IsHead(request.Method);
        if (isHead) request.Method = HttpMethods.Get;
        headers.IfModifiedSince = headers.IfUnmodifiedSince = headers.CacheControl = headers.Pragma = default;
        // The files of a file store of our own have parts, as those of S3 do; HEAD asks for none (RFC 9110, 14.2).
        if (isHead || !request.Path.StartsWithSegments(FilesPrefix)) headers.IfRange = headers.Range = default;
    }

    /// <summary>Completes what routing answers to a method that no endpoint of the path serves.</summary>
    public static async Task CompleteAllowAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.StatusCode != StatusCodes.Status405MethodNotAllowed || context.Response.HasStarted) return;
        var allowed = context.Response.Headers.Allow.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        if (allowed.Contains(HttpMethods.Get)) allowed.Insert(allowed.IndexOf(HttpMethods.Get) + 1, HttpMethods.Head);
        allowed.Add(HttpMethods.Options);
        context.Response.Headers.Allow = string.Join(", ", allowed);
        if (HttpMethods.IsOptions(context.Request.Method)) context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
