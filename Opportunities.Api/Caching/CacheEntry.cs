using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Opportunities.Api.Caching;

/// <summary>An answer as Redis keeps it: 32 hexadecimal digits of the generation, 8 bytes of the expiry (Unix milliseconds), the answer.</summary>
internal sealed record CacheEntry
{
    private const int GenerationLength = 32;

    private const int HeaderLength = GenerationLength + sizeof(long);

    /// <summary>The end of the year 9999.</summary>
    private const long MaxExpiry = 253_402_300_799_999;

    private readonly string _generation;

    private CacheEntry(byte[] bytes)
    {
        Bytes = bytes;
        _generation = Encoding.ASCII.GetString(bytes, 0, GenerationLength);
        Expires = DateTimeOffset.FromUnixTimeMilliseconds(Expiry(bytes));
    }

    /// <summary>All of it.</summary>
    public byte[] Bytes { get; }

    /// <summary>The end of its lifetime, wherever it is kept.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>What the output cache stored.</summary>
    public ReadOnlyMemory<byte> Answer => Bytes.AsMemory(HeaderLength);

    public static CacheEntry Of(string generation, DateTimeOffset expires, ReadOnlySequence<byte> answer)
    {
        var bytes = new byte[HeaderLength + answer.Length];
        Encoding.ASCII.GetBytes(generation, bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(GenerationLength), expires.ToUnixTimeMilliseconds());
        answer.CopyTo(bytes.AsSpan(HeaderLength));
        return new CacheEntry(bytes);
    }

    /// <summary>The entry that Redis has; null where it has none, or something else.</summary>
    public static CacheEntry? Read(byte[]? bytes) =>
        bytes is { Length: > HeaderLength } && Expiry(bytes) is >= 0 and <= MaxExpiry ? new CacheEntry(bytes) : null;

    /// <summary>Whether it was computed under the generation.</summary>
    public bool IsOf(string? generation) => _generation == generation;

    private static long Expiry(byte[] bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(GenerationLength));
}
