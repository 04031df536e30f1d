using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.Extensions.Options;
using Opportunities.Api.Input;

namespace Opportunities.Api.Http;

/// <summary>
/// The headers that every answer carries, however it comes about. They are set as an answer starts: what is set before is lost where a
/// refusal is thrown, and kept by the output cache, for other requests and other times.
/// </summary>
internal static class ResponseHeaders
{
    /// <summary>What an API answer may load or be shown in: nothing.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Authenticated reads: the caller's own cache may keep them, and must ask before using them.</summary>
    public const string PrivateNoCache = "private, no-cache";

    /// <summary>Seconds after which a lost dependency is worth another try.</summary>
    private const string RetryAfterOutage = "5";

    /// <summary>Seconds after which a caller that asked for too much may ask again.</summary>
    private const string RetryAfterRefusal = "1";

    public static void AddResponseHeaders(this IServiceCollection services) =>
        services.AddHsts(static hsts => hsts.MaxAge = TimeSpan.FromDays(365));

    public static void UseResponseHeaders(this WebApplication app)
    {
        var draining = app.Services.GetRequiredService<Draining>();
        var hsts = app.Services.GetRequiredService<IOptions<HstsOptions>>().Value;
        var transportSecurity = app.Environment.IsDevelopment()
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"max-age={hsts.MaxAge.TotalSeconds:0}");
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers[RequestId.Header] = context.TraceIdentifier;
                SetSecurity(headers);
                // Not for this machine's own names, under which other servers may have no certificate.
                if (transportSecurity is not null && context.Request.IsHttps && !hsts.ExcludedHosts.Contains(context.Request.Host.Host))
                    headers.StrictTransportSecurity = transportSecurity;
                SetCaching(context.Response);
                SetRetryAfter(context.Response);
                // Other versions of HTTP have no such header.
                if (HttpProtocol.IsHttp11(context.Request.Protocol) && (draining.HasBegun || LeavesBodyUnread(context)))
                    headers.Connection = "close";
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void SetSecurity(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        // No page of another origin may embed an answer, which would bring it into that page's process.
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = ContentSecurityPolicy;
    }

    private static void SetCaching(HttpResponse response)
    {
        var headers = response.Headers;
        if (response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status304NotModified) || headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        headers.Remove("Pragma");
        headers.Remove("Expires");
        // Of the moment when the output cache took the answer. It was found to be current now, which is what the server says without them.
        headers.Remove("Date");
        headers.Remove("Age");
    }

    private static void SetRetryAfter(HttpResponse response)
    {
        if (response.Headers.RetryAfter.Count > 0) return;
        if (response.StatusCode == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = RetryAfterOutage;
        if (response.StatusCode == StatusCodes.Status429TooManyRequests) response.Headers.RetryAfter = RetryAfterRefusal;
    }

    // The server reads on for a while, to find the next request, and may give up: the client must not send it here.
    private static bool LeavesBodyUnread(HttpContext context) =>
        context.Response.StatusCode >= StatusCodes.Status400BadRequest
        && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && !RequestBody.WasRead(context);
}
