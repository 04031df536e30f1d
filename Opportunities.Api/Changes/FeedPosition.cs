using Microsoft.AspNetCore.DataProtection;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Changes;

/// <summary>
/// Where a consumer stands: it has everything of <paramref name="Seen"/>, and of what came until <paramref name="Until"/> all up to the
/// sequence <paramref name="After"/>.
/// </summary>
/// <param name="Epoch">Of the feed whose transactions are counted; a database that was restored has another.</param>
/// <param name="Seen">Null: nothing.</param>
/// <param name="Until">Null: nothing has been read since <paramref name="Seen"/>.</param>
/// <param name="After">Null: before the first.</param>
internal sealed record FeedPosition(Guid Epoch, Snapshot? Seen, Snapshot? Until, long? After)
{
    private const byte Version = 1;

    /// <summary>Version, epoch, and what there is.</summary>
    private const int MinLength = 18;

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(Epoch.ToByteArray());
        writer.Write((byte)((Seen is null ? 0 : 1) | (Until is null ? 0 : 2) | (After is null ? 0 : 4)));
        Seen?.Write(writer);
        Until?.Write(writer);
        if (After is { } after) writer.Write7BitEncodedInt64(after);
        writer.Flush();
        return stream.ToArray();
    }

    /// <returns>Null where the bytes are of a build that this one does not understand.</returns>
    public static FeedPosition? FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (bytes.Length < MinLength || reader.ReadByte() != Version) return null;
        var epoch = new Guid(reader.ReadBytes(16));
        var has = reader.ReadByte();
        return new(
            epoch, (has & 1) != 0 ? Snapshot.Read(reader) : null, (has & 2) != 0 ? Snapshot.Read(reader) : null,
            (has & 4) != 0 ? reader.Read7BitEncodedInt64() : null);
    }
}

/// <summary>Makes positions opaque and unforgeable, with keys that all replicas share.</summary>
internal sealed class FeedCursors(IDataProtectionProvider protection)
{
    public static readonly OpaqueMember Member = new("after", MaxLength);

    /// <summary>Longest cursor, in characters: with some 700 transactions under way at once.</summary>
    public const int MaxLength = 4096;

    private readonly IDataProtector _protector = protection.CreateProtector("feed-cursor");

    public string Protect(FeedPosition position) => _protector.Write(position.ToBytes());

    /// <exception cref="ApiException">400: the text is no cursor of ours, or one of a build that this one does not understand.</exception>
    public FeedPosition Unprotect(string text) => _protector.Read(text, FeedPosition.FromBytes)
        ?? throw InputErrors.Only(Member.Name, "is not a cursor that this service gave out. Begin again with from.");
}
