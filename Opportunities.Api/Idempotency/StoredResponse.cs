using System.Text.Json.Serialization.Metadata;

namespace Opportunities.Api.Idempotency;

/// <summary>An answer whose bytes are known before it is sent, so that it can be kept and sent again.</summary>
internal sealed record StoredResponse(int StatusCode, byte[] Body, string? Location, string? ETag, bool IsReplay = false) : IResult
{
    public static StoredResponse From<T>(int statusCode, T value, JsonTypeInfo<T> type, string? location = null, string? etag = null) =>
        new(statusCode, JsonSerializer.SerializeToUtf8Bytes(value, type), location, etag);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Body.Length;
        if (Location is not null) response.Headers.Location = Location;
        if (ETag is not null) response.Headers.ETag = ETag;
        if (IsReplay) response.Headers["Idempotency-Replayed"] = "true";
        await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}
