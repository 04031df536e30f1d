using System.Buffers.Binary;
using System.Text;

namespace Opportunities.Api.Caching;

/// <summary>An answer in the cache.</summary>
/// <param name="Generation">Its scope's generation before it was computed: 32 hexadecimal digits.</param>
/// <param name="Expires">The end of its lifetime, wherever it is kept.</param>
/// <param name="Answer">What the output cache stored.</param>
internal sealed record CacheEntry(string Generation, DateTimeOffset Expires, byte[] Answer)
{
    private const int GenerationLength = 32;

    private const int HeaderLength = GenerationLength + sizeof(long);

    /// <summary>The end of the year 9999, in Unix milliseconds.</summary>
    private const long MaxExpiry = 253_402_300_799_999;

    /// <summary>The entry as Redis keeps it: the generation, 8 bytes of the expiry (Unix milliseconds), the answer.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Answer.Length];
        Encoding.ASCII.GetBytes(Generation, bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(GenerationLength), Expires.ToUnixTimeMilliseconds());
        Answer.CopyTo(bytes, HeaderLength);
        return bytes;
    }

    /// <summary>Reads an entry that Redis has; null where it has none, or something else.</summary>
    public static CacheEntry? Read(byte[]? bytes)
    {
        if (bytes is not { Length: > HeaderLength }) return null;
        var expiry = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(GenerationLength));
        return expiry is >= 0 and <= MaxExpiry
            ? new CacheEntry(Encoding.ASCII.GetString(bytes, 0, GenerationLength), DateTimeOffset.FromUnixTimeMilliseconds(expiry), bytes[HeaderLength..])
            : null;
    }
}
