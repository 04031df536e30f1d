using Opportunities.Api.Errors;
using Opportunities.Api.Http;

namespace Opportunities.UnitTests.Http;

/// <summary>Places of which each caller has some, and all together have some.</summary>
public sealed class PlacesTests
{
    private readonly Places _places = new("things", perCaller: 2, all: 3, TimeSpan.FromMilliseconds(50));

    [Fact]
    public async Task Above_its_own_places_a_caller_waits_and_then_is_429_while_others_enter()
    {
        using var first = await EnterAsync("one");
        using var second = await EnterAsync("one");
        Assert.Equal(429, (await Assert.ThrowsAsync<ApiException>(() => EnterAsync("one"))).Status);
        using var other = await EnterAsync("two");
    }

    [Fact]
    public async Task Above_all_places_everybody_is_503_and_keeps_none_of_its_own()
    {
        using var first = await EnterAsync("one");
        using var second = await EnterAsync("one");
        var third = await EnterAsync("two");
        for (var n = 0; n < 3; n++) Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(() => EnterAsync("three"))).Status);
        third.Dispose();
        using var after = await EnterAsync("three");
    }

    [Fact]
    public async Task Who_waits_enters_when_a_place_is_given_back()
    {
        var patient = new Places("things", perCaller: 1, all: 1, TimeSpan.FromMinutes(1));
        var first = await patient.EnterAsync("one", CancellationToken.None);
        var waits = patient.EnterAsync("one", CancellationToken.None).AsTask();
        Assert.False(waits.IsCompleted);
        first.Dispose();
        (await waits).Dispose();
    }

    [Fact]
    public async Task Who_leaves_while_waiting_takes_no_place()
    {
        var patient = new Places("things", perCaller: 1, all: 1, TimeSpan.FromMinutes(1));
        using var leaves = new CancellationTokenSource();
        var first = await patient.EnterAsync("one", CancellationToken.None);
        var waits = patient.EnterAsync("one", leaves.Token).AsTask();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        first.Dispose();
        (await patient.EnterAsync("one", CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_place_is_given_back_once()
    {
        var first = await EnterAsync("one");
        using var second = await EnterAsync("one");
        first.Dispose();
        first.Dispose();
        using var third = await EnterAsync("one");
        Assert.Equal(429, (await Assert.ThrowsAsync<ApiException>(() => EnterAsync("one"))).Status);
    }

    private Task<IDisposable> EnterAsync(string caller) => _places.EnterAsync(caller, CancellationToken.None).AsTask();
}
