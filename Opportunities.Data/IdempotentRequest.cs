namespace Opportunities.Data;

/// <summary>
/// The answer to a request that carried an <c>Idempotency-Key</c>, written in the transaction of the request's effect, so that
/// a repeat is answered with it and has no effect of its own.
/// </summary>
public sealed class IdempotentRequest
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The caller: keys of different callers are different keys.</summary>
    public required string Subject { get; init; }

    /// <summary>The key that the caller chose.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 over method, path and body: tells a repeat from another request under the same key.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The status code of the first answer.</summary>
    public required int StatusCode { get; set; }

    /// <summary>The <c>Location</c> of the first answer, where it had one.</summary>
    public string? Location { get; set; }

    /// <summary>The <c>ETag</c> of the first answer, where it had one.</summary>
    public string? ETag { get; set; }

    /// <summary>The body of the first answer, byte for byte.</summary>
    public required byte[] Body { get; set; }

    /// <summary>When the key was first used, UTC.</summary>
    public required DateTime CreatedAt { get; init; }
}
