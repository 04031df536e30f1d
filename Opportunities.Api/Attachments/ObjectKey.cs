namespace Opportunities.Api.Attachments;

/// <summary>
/// Where an object is kept: two ids and nothing else, so that no text from outside is ever part of a path. The opportunity's id
/// says for which one the key was given out, and only keys that were given out have an object.
/// </summary>
internal readonly record struct ObjectKey(Guid OpportunityId, Guid ObjectId)
{
    public const string Prefix = "opportunities/";

    /// <summary>The version of an id that ends in a digest; RFC 9562 leaves its content to us. Earlier releases' is 7.</summary>
    private const int Announcing = 8;

    private const int DigestSize = 6;

    /// <summary>Begins anywhere: other processes give out keys in the same millisecond.</summary>
    private static int _count = Random.Shared.Next();

    /// <summary>
    /// A key that no object has yet. Its id begins as one of version 7 does, with the time, and ends in a digest of the announced file, so
    /// that nothing else need be kept of it.
    /// </summary>
    public static ObjectKey New(Guid opportunityId, string fileName, string contentType, long size)
    {
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(id, bigEndian: true, out _);
        // Counted: beside time and digest there is room for 26 bits, too few for chance to tell the keys of one file apart.
        var count = (uint)Interlocked.Increment(ref _count);
        (id[6], id[7]) = ((byte)((Announcing << 4) | ((count >> 22) & 0xF)), (byte)(count >> 14));
        (id[8], id[9]) = ((byte)(0x80 | ((count >> 8) & 0x3F)), (byte)count);
        Digest(fileName, contentType, size, id[^DigestSize..]);
        return new(opportunityId, new Guid(id, bigEndian: true));
    }

    public bool WasAnnounced(string fileName, string contentType, long size)
    {
        if (ObjectId.Version != Announcing) return true;
        Span<byte> id = stackalloc byte[16];
        Span<byte> digest = stackalloc byte[DigestSize];
        ObjectId.TryWriteBytes(id, bigEndian: true, out _);
        Digest(fileName, contentType, size, digest);
        return id[^DigestSize..].SequenceEqual(digest);
    }

    /// <summary>Reads a key as <see cref="ToString"/> writes it, and in no other form.</summary>
    public static bool TryParse(string text, out ObjectKey key)
    {
        key = default;
        if (text.Split('/') is not [_, var opportunity, var id]
            || !Guid.TryParseExact(opportunity, "D", out var opportunityId) || !Guid.TryParseExact(id, "D", out var objectId))
        {
            return false;
        }

        key = new ObjectKey(opportunityId, objectId);
        return key.ToString() == text;
    }

    public override string ToString() => $"{Prefix}{OpportunityId:D}/{ObjectId:D}";

    // No secret: it tells a mistake. Only what we signed has an object at all.
    private static void Digest(string fileName, string contentType, long size, Span<byte> digest)
    {
        var announced = Encoding.UTF8.GetBytes($"{size} {contentType} {fileName}");
        SHA256.HashData(announced).AsSpan(0, DigestSize).CopyTo(digest);
    }
}
