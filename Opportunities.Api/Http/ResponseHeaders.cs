using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpsPolicy;
using Opportunities.Api.Input;

namespace Opportunities.Api.Http;

/// <summary>The headers of every answer. They are set as it starts: a refusal that is thrown loses what was set before.</summary>
internal sealed class ResponseHeaders
{
    /// <summary>What an API answer may load or be shown in: nothing.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Authenticated reads: the caller's own cache may keep them, and must ask before using them.</summary>
    public const string PrivateNoCache = "private, no-cache";

    /// <summary>Seconds after which a lost dependency is worth another try.</summary>
    private const string RetryAfterOutage = "5";

    /// <summary>Seconds after which a caller that asked for too much may ask again.</summary>
    private const string RetryAfterRefusal = "1";

    private readonly Draining _draining;
    private readonly CallerQuota _quota;
    private readonly HstsOptions _hsts;
    private readonly string? _transportSecurity;
    private readonly Func<object, Task> _set;

    public ResponseHeaders(Draining draining, CallerQuota quota, IOptions<HstsOptions> hsts, IHostEnvironment environment)
    {
        (_draining, _quota, _hsts) = (draining, quota, hsts.Value);
        if (!environment.IsDevelopment())
            _transportSecurity = string.Create(CultureInfo.InvariantCulture, $"max-age={_hsts.MaxAge.TotalSeconds:0}");
        _set = context =>
        {
            Set((HttpContext)context);
            return Task.CompletedTask;
        };
    }

    public void Promise(HttpContext context) => context.Response.OnStarting(_set, context);

    private void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestId.Header] = context.TraceIdentifier;
        SetSecurity(headers);
        // This machine's own names are left out: other servers under them may have no certificate.
        if (_transportSecurity is not null && context.Request.IsHttps && !_hsts.ExcludedHosts.Contains(context.Request.Host.Host))
            headers.StrictTransportSecurity = _transportSecurity;
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            _quota.Tell(context);
            // On 304 as on 200, and on what is too short to be compressed.
            if (!headers.Vary.Contains(HeaderNames.AcceptEncoding)) headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        }

        SetCaching(context.Response);
        SetRetryAfter(context.Response);
        // Other versions of HTTP have no such header.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && (_draining.HasBegun || LeavesBodyUnread(context)))
            headers.Connection = "close";
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
        // The output cache adds them to a document that it kept. Clients cannot store it, and need no age.
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
