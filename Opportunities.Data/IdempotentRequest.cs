namespace Opportunities.Data;

/// <summary>
/// The answer to a request that carried an <c>Idempotency-Key</c>, written in the transaction of the request's effect, so that
/// a repeat is answered with it and has no effect of its own.
/// </summary>
public sealed class IdempotentRequest
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The caller: keys of different callers are different keys.</summary>
    public required string Subject { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 over method, path and body: tells a repeat from another request under the same key.</summary>
    public required byte[] Fingerprint { get; init; }

    public required int StatusCode { get; set; }
    public string? Location { get; set; }
    public string? ETag { get; set; }
    public required byte[] Body { get; set; }
    public required DateTime CreatedAt { get; init; }
}
