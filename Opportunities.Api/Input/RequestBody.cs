using System.Buffers;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>Reads a request body whole, after its media type was checked.</summary>
internal static class RequestBody
{
    private static readonly object _wasRead = new();

    /// <param name="mediaType">The media type that the body must have, such as <c>application/json</c>; in UTF-8.</param>
    /// <exception cref="ApiException">415 another media type or encoding; 408 too slow.</exception>
    /// <exception cref="BadHttpRequestException">413 larger than the server allows; 400 cut off.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, string mediaType, CancellationToken cancellationToken)
    {
        EnsureMediaType(request, mediaType);
        // As it grows, and not as long as it claims to be.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(request.ContentLength + 1 ?? 0, 256, 16 * 1024));
        var length = 0;
        try
        {
            await WithinAsync(TimeLimits.RequestBody, request, async limit =>
            {
                int count;
                while ((count = await request.Body.ReadAsync(buffer.AsMemory(length), limit)) > 0)
                {
                    length += count;
                    if (length < buffer.Length) continue;
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }, cancellationToken);
            return buffer.AsMemory(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a body to its end within a time limit.</summary>
    public static async Task WithinAsync(
        TimeSpan timeLimit, HttpRequest request, Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeLimit);
        try
        {
            await read(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ApiException.BodyTooSlow(timeLimit);
        }

        request.HttpContext.Items[_wasRead] = _wasRead;
    }

    public static bool WasRead(HttpContext context) => context.Items.ContainsKey(_wasRead);

    /// <summary>Refuses a body of another kind before any of it is read.</summary>
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
