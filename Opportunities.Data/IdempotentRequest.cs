using System.ComponentModel.DataAnnotations.Schema;

namespace Opportunities.Data;

/// <summary>The answer to a request with an <c>Idempotency-Key</c>, saved with its effect: a repeat gets it, and has none.</summary>
[Table("idempotent_requests")]
[PrimaryKey(nameof(Subject), nameof(Key))]
[Index(nameof(CreatedAt))]
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
