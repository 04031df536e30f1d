using System.Collections.Immutable;
using Microsoft.AspNetCore.ResponseCompression;
using Opportunities.Api.Http;

namespace Opportunities.Api.Caching;

/// <summary>What a read answers with.</summary>
/// <param name="Version">The version of the opportunity that it shows; null for a list, which has none.</param>
internal sealed record Representation(ReadOnlyMemory<byte> Json, int? Version)
{
    // Made for the first caller that asks for it, and kept for as long as the answer is.
    private ImmutableDictionary<string, byte[]> _coded = ImmutableDictionary<string, byte[]>.Empty;

    public static Representation Create<T>(T value, int? version = null) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.TypeInfo<T>()), version);

    /// <summary>Sends it: the version alone says whether the caller has it already (304).</summary>
    /// <param name="response">Where to.</param>
    /// <param name="known">The tags of <c>If-None-Match</c>; null where the request has none.</param>
    public async ValueTask SendAsync(HttpResponse response, IList<EntityTagHeaderValue>? known)
    {
        response.Headers.CacheControl = ResponseHeaders.PrivateNoCache;
        if (Version is { } version)
        {
            response.Headers.ETag = ETags.Format(version);
            if (known is not null && ETags.IsAmong(version, known))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        response.ContentType = "application/json; charset=utf-8";
        var body = Encode(response);
        response.ContentLength = body.Length;
        // A client that has left is no failure: the answer can still be stored.
        await response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }

    private ReadOnlyMemory<byte> Encode(HttpResponse response)
    {
        if (Json.Length <= Compression.MaxPlainLength) return Json;
        var codings = response.HttpContext.RequestServices.GetRequiredService<IResponseCompressionProvider>();
        if (codings.GetCompressionProvider(response.HttpContext) is not { } coding) return Json;
        response.Headers.ContentEncoding = coding.EncodingName;
        return ImmutableInterlocked.GetOrAdd(
            ref _coded, coding.EncodingName, static (_, of) => of.coding.Compress(of.Json.Span), (coding, Json));
    }
}
