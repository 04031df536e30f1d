using Opportunities.Api.Caching;

namespace Opportunities.UnitTests.Caching;

/// <summary>Reads that are made once for all who ask at the same time.</summary>
public sealed class CoalescedReadsTests
{
    private readonly CoalescedReads<byte[]> _reads = new();
    private readonly List<CancellationToken> _cancelled = [];
    private int _begun;

    [Fact]
    public async Task Who_asks_while_a_read_is_under_way_is_answered_by_the_next_one()
    {
        var (first, second) = (new TaskCompletionSource<byte[]>(), new TaskCompletionSource<byte[]>());
        var one = ReadAsync("list", first);
        var two = ReadAsync("list", second);
        var three = ReadAsync("list", new TaskCompletionSource<byte[]>());
        Assert.Equal(1, _begun);

        first.SetResult([1]);
        Assert.Equal([1], await one);
        second.SetResult([2]);
        Assert.Equal([2], await two);
        Assert.Equal([2], await three);
        Assert.Equal(2, _begun);
    }

    [Fact]
    public async Task Other_reads_wait_for_nothing()
    {
        var slow = ReadAsync("list", new TaskCompletionSource<byte[]>());
        Assert.Equal([3], await _reads.ReadAsync("another list", static _ => Task.FromResult<byte[]>([3]), CancellationToken.None));
        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task A_failure_is_that_of_its_own_askers()
    {
        var (first, second) = (new TaskCompletionSource<byte[]>(), new TaskCompletionSource<byte[]>());
        var one = ReadAsync("list", first);
        var two = ReadAsync("list", second);
        first.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => one);
        second.SetResult([2]);
        Assert.Equal([2], await two);
        Assert.Equal([4], await _reads.ReadAsync("list", static _ => Task.FromResult<byte[]>([4]), CancellationToken.None));
    }

    [Fact]
    public async Task A_read_that_one_of_two_still_waits_for_goes_on()
    {
        var first = new TaskCompletionSource<byte[]>();
        var one = ReadAsync("list", first);
        using var leaves = new CancellationTokenSource();
        var two = ReadAsync("list", new TaskCompletionSource<byte[]>(), leaves.Token);
        var three = ReadAsync("list", new TaskCompletionSource<byte[]>());
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        first.SetResult([1]);
        await one;
        Assert.True(SpinWait.SpinUntil(() => _cancelled.Count == 2, TimeSpan.FromSeconds(10)));
        Assert.False(_cancelled[1].IsCancellationRequested);
        Assert.False(three.IsCompleted);
    }

    [Fact]
    public async Task A_read_is_cancelled_when_the_last_one_who_waited_for_it_has_left()
    {
        using var leaves = new CancellationTokenSource();
        var one = ReadAsync("list", new TaskCompletionSource<byte[]>(), leaves.Token);
        Assert.False(_cancelled[0].IsCancellationRequested);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.True(_cancelled[0].IsCancellationRequested);
    }

    [Fact]
    public async Task Who_comes_after_everybody_has_left_is_read_for()
    {
        var first = new TaskCompletionSource<byte[]>();
        var one = ReadAsync("list", first);
        using var leaves = new CancellationTokenSource();
        var two = ReadAsync("list", new TaskCompletionSource<byte[]>(), leaves.Token);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        var third = new TaskCompletionSource<byte[]>();
        var three = ReadAsync("list", third);
        first.SetResult([1]);
        await one;
        third.SetResult([3]);
        Assert.Equal([3], await three);
    }

    private Task<byte[]> ReadAsync(string key, TaskCompletionSource<byte[]> result, CancellationToken leaves = default) =>
        _reads.ReadAsync(key, cancelled =>
        {
            _begun++;
            _cancelled.Add(cancelled);
            return result.Task;
        }, leaves);
}
