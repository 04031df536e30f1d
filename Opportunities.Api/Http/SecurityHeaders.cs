using Microsoft.Extensions.Primitives;

namespace Opportunities.Api.Http;

/// <summary>The headers that every answer carries, and the caching rule of those that name no other.</summary>
internal static class SecurityHeaders
{
    /// <summary>What an API answer may load or be shown in: nothing.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Authenticated reads: the caller's own cache may keep them, and must ask before using them.</summary>
    public const string PrivateNoCache = "private, no-cache";

    private static readonly StringValues _sameOrigin = "same-origin";
    private static readonly StringValues _noReferrer = "no-referrer";

    public static void AddSecurityHeaders(this IServiceCollection services) => services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));

    public static void UseSecurityHeaders(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static state =>
            {
                var response = ((HttpContext)state).Response;
                response.Headers.XContentTypeOptions = "nosniff";
                // No page of another origin may embed an answer, which would bring it into that page's process.
                response.Headers["Cross-Origin-Resource-Policy"] = _sameOrigin;
                response.Headers["Referrer-Policy"] = _noReferrer;
                if (response.Headers.ContentSecurityPolicy.Count == 0) response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                if (response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                    || response.Headers.CacheControl.Count == 0)
                {
                    response.Headers.CacheControl = "no-store";
                }

                response.Headers.Remove("Pragma");
                response.Headers.Remove("Expires");
                return Task.CompletedTask;
            }, context);
            return next(context);
        });
    }
}
