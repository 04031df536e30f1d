using CsCheck;
using Opportunities.Api.Caching;

namespace Opportunities.UnitTests.Caching;

/// <summary>Answers as Redis keeps them.</summary>
public sealed class CacheEntryTests
{
    private static readonly string _generation = new('a', 32);

    [Fact]
    public void An_entry_is_read_as_it_was_written() =>
        Gen.Select(Gen.Guid, Gen.Long[0, 253_402_300_799_999], Gen.Int[0, int.MaxValue], Gen.Byte.Array[1, 100])
        .Sample((id, milliseconds, version, json) =>
        {
            var entry = Entry(id.ToString("N"), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), json, version == 0 ? null : version);
            var read = CacheEntry.Read(entry.ToBytes())!;
            Assert.Equal((entry.Generation, entry.Expires, entry.Answer.Version), (read.Generation, read.Expires, read.Answer.Version));
            Assert.Equal(json, read.Answer.Json.ToArray());
        });

    [Fact]
    public void What_is_no_entry_is_none()
    {
        Assert.Null(CacheEntry.Read(null));
        Assert.Null(CacheEntry.Read([]));
        var entry = Entry(_generation, DateTimeOffset.UnixEpoch, [1]).ToBytes();
        Assert.NotNull(CacheEntry.Read(entry));
        Assert.NotNull(CacheEntry.Read(Entry(_generation, DateTimeOffset.MaxValue, [1]).ToBytes()));
        Assert.Null(CacheEntry.Read(entry[..44]));
        entry[32] = 0xff;
        Assert.Null(CacheEntry.Read(entry));
        entry[32] = 0x7f;
        Assert.Null(CacheEntry.Read(entry));
        entry[32] = 0;
        Assert.NotNull(CacheEntry.Read(entry));
        entry[40] = 0xff;
        Assert.Null(CacheEntry.Read(entry));
    }

    [Fact]
    public void Whatever_Redis_has_is_read_or_none() =>
        Gen.Byte.Array[0, 60].Sample(bytes => Assert.True(CacheEntry.Read(bytes) is null or { Generation.Length: 32 }));

    [Theory]
    [InlineData("-0123456789abcdef0123456789abcde", true)]
    [InlineData("0123456789abcdef0123456789abcdef", false)]
    [InlineData("", false)]
    public void A_generation_says_whether_a_write_is_pending(string generation, bool isPending) =>
        Assert.Equal(isPending, CacheGenerations.IsPending(generation));

    [Fact]
    public void All_keys_of_a_scope_are_in_one_slot_of_a_cluster()
    {
        var id = Guid.Parse("0198a1b2-0000-7000-8000-00000000000a");
        Assert.Equal(
            "{opportunities}:generation:item:0198a1b2-0000-7000-8000-00000000000a",
            (string?)CacheGenerations.GenerationKey(CacheScope.Item(id)));
        Assert.Equal("{opportunities}:pending:list", (string?)CacheGenerations.PendingKey(CacheScope.Lists));
    }

    private static CacheEntry Entry(string generation, DateTimeOffset expires, byte[] json, int? version = null) =>
        new(generation, expires, new Representation(json, version));
}
