using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Primitives;

namespace Opportunities.Api.Http;

/// <summary>
/// Compresses JSON and CSV under <c>/api</c> as <c>Accept-Encoding</c> asks. What a caller sends is never in one answer with a secret of
/// somebody else, and a browser adds no token on its own, so that the length of an answer tells nothing (BREACH).
/// </summary>
internal static class Compression
{
    /// <summary>The longest answer in bytes that goes out as it is: of it, compression saves no packet.</summary>
    public const int MaxPlainLength = 1024;

    public static void AddCompression(this IServiceCollection services) => services
        .AddResponseCompression(static compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", "application/problem+json", "text/csv"];
        })
        .AddSingleton<IResponseCompressionProvider, AnswerCompression>();

    public static byte[] Compress(this ICompressionProvider coding, ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var stream = coding.CreateStream(compressed)) stream.Write(content);
        return compressed.ToArray();
    }
}

/// <summary>Which answers are compressed, and how: what is streamed has no length beforehand, and any may be long.</summary>
internal sealed class AnswerCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    // Of two that the caller likes as much, the first.
    private static readonly ICompressionProvider[] _codings =
    [
        new BrotliCompressionProvider(Options.Create(new BrotliCompressionProviderOptions())),
        new GzipCompressionProvider(Options.Create(new GzipCompressionProviderOptions())),
    ];

    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api")
        && context.Response.ContentLength is null or > Compression.MaxPlainLength
        && base.ShouldCompressResponse(context);

    /// <summary>The coding that the caller prefers (RFC 9110, 12.5.3), or null. (The framework takes * for what is refused.)</summary>
    public override ICompressionProvider? GetCompressionProvider(HttpContext context)
    {
        var accepted = context.Request.Headers.AcceptEncoding;
        if (StringValues.IsNullOrEmpty(accepted) || !StringWithQualityHeaderValue.TryParseList(accepted, out var wishes)) return null;
        var others = Quality(wishes, "*") ?? 0;
        var (preferred, quality) = _codings
            .Select(coding => (coding, Quality: Quality(wishes, coding.EncodingName) ?? others)).MaxBy(static coding => coding.Quality);
        return quality > 0 && quality >= (Quality(wishes, "identity") ?? 0) ? preferred : null;
    }

    private static double? Quality(IList<StringWithQualityHeaderValue> wishes, string coding)
    {
        foreach (var wish in wishes)
        {
            if (wish.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) return wish.Quality ?? 1;
        }

        return null;
    }
}
