using System.Buffers;
using Microsoft.Net.Http.Headers;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>Reads a request body whole, after its media type was checked.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mediaType">The media type that the body must have, such as <c>application/json</c>; in UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait for the body.</param>
    /// <returns>The bytes, not looked at yet.</returns>
    /// <exception cref="ApiException">415 another media type or encoding.</exception>
    /// <exception cref="BadHttpRequestException">413 larger than the server allows; 400 cut off.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, string mediaType, CancellationToken cancellationToken)
    {
        EnsureMediaType(request, mediaType);
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 1024, 1, 1 << 20));
        while (true)
        {
            var count = await request.Body.ReadAsync(buffer.GetMemory(), cancellationToken);
            if (count == 0) return buffer.WrittenMemory;
            buffer.Advance(count);
        }
    }

    /// <summary>Refuses a body of another kind before any of it is read.</summary>
    /// <exception cref="ApiException">415 another media type or encoding.</exception>
    public static void EnsureMediaType(HttpRequest request, string mediaType)
    {
        if (request.Headers.ContentEncoding.Count > 0) throw ApiException.UnsupportedMediaType("The body must not be encoded.");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw ApiException.UnsupportedMediaType($"The body must be {mediaType} in UTF-8.");
        }
    }
}
