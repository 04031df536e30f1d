using System.Buffers.Binary;

namespace Opportunities.Api.Caching;

/// <param name="Generation">Its scope's generation before it was computed: 32 hexadecimal digits.</param>
/// <param name="Expires">The end of its lifetime, wherever it is kept.</param>
internal sealed record CacheEntry(string Generation, DateTimeOffset Expires, Representation Answer)
{
    private const int GenerationLength = 32;
    private const int VersionOffset = GenerationLength + sizeof(long);
    private const int HeaderLength = VersionOffset + sizeof(int);

    /// <summary>The end of the year 9999, in Unix milliseconds.</summary>
    private const long MaxExpiry = 253_402_300_799_999;

    /// <summary>The entry as Redis keeps it: the generation, the expiry (Unix milliseconds), the version (0: none), the body.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Answer.Json.Length];
        Encoding.ASCII.GetBytes(Generation, bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(GenerationLength), Expires.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(VersionOffset), Answer.Version ?? 0);
        Answer.Json.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>Reads an entry that Redis has; null where it has none, or something else.</summary>
    public static CacheEntry? Read(byte[]? bytes)
    {
        if (bytes is not { Length: > HeaderLength }) return null;
        var expiry = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(GenerationLength));
        var version = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(VersionOffset));
        if (expiry is < 0 or > MaxExpiry || version < 0) return null;
        return new CacheEntry(
            Encoding.ASCII.GetString(bytes, 0, GenerationLength),
            DateTimeOffset.FromUnixTimeMilliseconds(expiry),
            new Representation(bytes.AsMemory(HeaderLength), version == 0 ? null : version));
    }
}
