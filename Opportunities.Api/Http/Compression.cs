using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Opportunities.Api.Http;

/// <summary>
/// Compresses JSON and CSV under <c>/api</c> as <c>Accept-Encoding</c> asks. What a caller sends is never in one answer with a secret of
/// somebody else, and a browser adds no token on its own, so that the length of an answer tells nothing (BREACH).
/// </summary>
internal static class Compression
{
    public static void AddCompression(this IServiceCollection services) => services
        .AddResponseCompression(static compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", "application/problem+json", "text/csv"];
        })
        .AddSingleton<IResponseCompressionProvider, LongAnswers>();
}

/// <summary>Leaves alone what compression would not make shorter. A file that is streamed has no length, and any may be long.</summary>
internal sealed class LongAnswers(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    /// <summary>The longest answer in bytes that goes out as it is.</summary>
    private const int Short = 1024;

    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api")
        && (context.Response.ContentLength > Short || IsFile(context.Response))
        && base.ShouldCompressResponse(context);

    private static bool IsFile(HttpResponse response) => response.ContentType?.StartsWith("text/csv", StringComparison.Ordinal) == true;
}
