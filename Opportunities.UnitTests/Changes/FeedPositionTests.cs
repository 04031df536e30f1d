using Microsoft.AspNetCore.DataProtection;
using Opportunities.Api.Changes;
using Opportunities.Api.Errors;

namespace Opportunities.UnitTests.Changes;

public sealed class FeedPositionTests
{
    private static readonly Snapshot _seen = Snapshot.Parse("725:730:725,728");
    private static readonly Snapshot _until = Snapshot.Parse("18446744073000000000:18446744073000000009:18446744073000000003");
    private readonly FeedCursors _cursors = new(new EphemeralDataProtectionProvider());

    [Theory]
    [InlineData("725:725:")]
    [InlineData("725:730:725,728")]
    public void A_snapshot_is_read_and_written_as_PostgreSQL_has_it(string text) => Assert.Equal(text, Snapshot.Parse(text).ToString());

    [Theory]
    [InlineData(731, "725:730:725,728")]
    [InlineData(730, "725:730:725,728")]
    [InlineData(728, "725:728:725")]
    [InlineData(725, "725:725:")]
    [InlineData(700, "700:700:")]
    public void A_snapshot_can_end_sooner(int next, string expected) => Assert.Equal(expected, _seen.Before((ulong)next).ToString());

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(false, false, 17L)]
    [InlineData(true, false, null)]
    [InlineData(false, true, 17L)]
    [InlineData(true, true, long.MaxValue)]
    public void A_cursor_leads_back_to_its_position(bool isSeen, bool isUntil, long? after)
    {
        var position = new FeedPosition(Guid.NewGuid(), isSeen ? _seen : null, isUntil ? _until : null, after);
        var back = _cursors.Unprotect(_cursors.Protect(position));
        Assert.Equal(
            (position.Epoch, position.Seen?.ToString(), position.Until?.ToString(), position.After),
            (back.Epoch, back.Seen?.ToString(), back.Until?.ToString(), back.After));
    }

    [Fact]
    public void A_cursor_with_seven_hundred_transactions_under_way_fits()
    {
        var busy = new Snapshot(4_000_000_000, 4_000_001_000, [.. Enumerable.Range(0, 700).Select(n => 4_000_000_000 + (ulong)n)]);
        Assert.InRange(_cursors.Protect(new(Guid.NewGuid(), busy, busy, long.MaxValue)).Length, 1, FeedCursors.MaxLength);
    }

    [Fact]
    public void A_cursor_that_was_changed_or_cut_is_refused()
    {
        var cursor = _cursors.Protect(new(Guid.NewGuid(), _seen, null, null));
        var other = cursor[0] == 'A' ? 'B' : 'A';
        foreach (var wrong in (string[])[cursor[..^4], $"{other}{cursor[1..]}", cursor + "==", "AAAA", new('A', 400)])
            Assert.Equal(["after"], Assert.Throws<ApiException>(() => _cursors.Unprotect(wrong)).Errors!.Keys);
    }

    [Fact]
    public void A_cursor_of_another_kind_or_build_is_refused()
    {
        var protection = new EphemeralDataProtectionProvider();
        var later = protection.CreateProtector("feed-cursor").Protect([2, .. new byte[30]]);
        var shortened = protection.CreateProtector("feed-cursor").Protect([1, 2, 3]);
        var other = protection.CreateProtector("list-cursor").Protect(new FeedPosition(Guid.NewGuid(), null, null, 1).ToBytes());
        foreach (var bytes in (byte[][])[later, shortened, other])
        {
            var text = Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            Assert.Throws<ApiException>(() => new FeedCursors(protection).Unprotect(text));
        }
    }
}
