namespace Opportunities.Api.Http;

/// <summary><c>HEAD</c> wherever <c>GET</c> is, <c>OPTIONS</c> with <c>Allow</c> on every path, and a complete <c>Allow</c> on 405.</summary>
internal static class MethodSupport
{
    /// <summary>Answers HEAD as GET; the server itself sends no body for it. Call it before routing.</summary>
    public static void UseHeadAsGet(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get;
        return next(context);
    });

    /// <summary>Completes what routing answers to a method that no endpoint of the path serves. Call it after authorization.</summary>
    public static void UseAllowHeader(this WebApplication app) => app.Use(static (context, next) =>
        context.GetEndpoint() is RouteEndpoint ? next(context) : CompleteAllowAsync(context, next));

    private static async Task CompleteAllowAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.StatusCode != StatusCodes.Status405MethodNotAllowed || context.Response.HasStarted) return;
        var allowed = context.Response.Headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        if (allowed.Contains(HttpMethods.Get)) allowed.Insert(allowed.IndexOf(HttpMethods.Get) + 1, HttpMethods.Head);
        allowed.Add(HttpMethods.Options);
        context.Response.Headers.Allow = string.Join(", ", allowed);
        if (HttpMethods.IsOptions(context.Request.Method)) context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
