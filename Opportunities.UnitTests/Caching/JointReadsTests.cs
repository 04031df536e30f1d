using Opportunities.Api.Caching;

namespace Opportunities.UnitTests.Caching;

/// <summary>Reads that are made once for all who ask at the same time.</summary>
public sealed class JointReadsTests
{
    private readonly JointReads _reads = new();
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
        Assert.Equal([3], await _reads.ReadAsync("another list", static () => Task.FromResult<byte[]>([3])));
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
        Assert.Equal([4], await _reads.ReadAsync("list", static () => Task.FromResult<byte[]>([4])));
    }

    private Task<byte[]> ReadAsync(string key, TaskCompletionSource<byte[]> result) => _reads.ReadAsync(key, () =>
    {
        _begun++;
        return result.Task;
    });
}
