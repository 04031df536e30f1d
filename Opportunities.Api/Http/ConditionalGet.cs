using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Opportunities.Api.Http;

/// <summary>
/// Turns a 200 whose <c>ETag</c> the caller already has into 304, outside the output cache: the cache below sees, and keeps, the
/// whole answer, so that the next 304 needs no database. (Answers that come from the cache it turns into 304 itself.)
/// </summary>
internal static class ConditionalGet
{
    public static void UseConditionalGet(this WebApplication app) => app.Use(static async (context, next) =>
    {
        var isRead = HttpMethods.IsGet(context.Request.Method);
        // As in a write: what cannot be read is not taken for no condition. Whoever keeps answers sends tags back as they came. A probe of health
        // is answered whatever it sends.
        if (isRead && context.Request.Path.StartsWithSegments("/api") && context.GetEndpoint() is RouteEndpoint)
            ETags.EnsureWellFormed(context.Request);
        if (!isRead || context.Request.Headers.IfNoneMatch.Count == 0)
        {
            await next(context);
            return;
        }

        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var body = new BodyUnlessNotModified(context, inner.Stream);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body, inner));
        try
        {
            await next(context);
            // Only now: the cache keeps an answer with the status that it has at its end.
            if (body.WasDropped) NotModified(context.Response);
        }
        finally
        {
            context.Features.Set(inner);
        }
    });

    private static void NotModified(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        response.ContentType = null;
        response.ContentLength = null;
    }

    private static bool IsKnown(HttpContext context) =>
        context.Response.StatusCode == StatusCodes.Status200OK
        && EntityTagHeaderValue.TryParse(context.Response.Headers.ETag.ToString(), out var current)
        && EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch!, out var known)
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: false));

    /// <summary>The answer's body, dropped where the answer becomes a 304.</summary>
    private sealed class BodyUnlessNotModified(HttpContext context, Stream body) : Stream
    {
        private bool? _dropped;

        public bool WasDropped => _dropped == true;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new NotSupportedException("The answer is written asynchronously.");

        public override Task FlushAsync(CancellationToken cancellationToken) =>
            IsDropped() ? Task.CompletedTask : body.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The answer is written asynchronously.");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            IsDropped() ? ValueTask.CompletedTask : body.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        // Decided once, at the first byte: until then status and headers can change.
        private bool IsDropped() => _dropped ??= IsKnown(context);
    }
}
