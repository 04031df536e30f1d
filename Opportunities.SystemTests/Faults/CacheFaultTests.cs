using StackExchange.Redis;

namespace Opportunities.SystemTests.Faults;

/// <summary>Redis dies, stops, hangs, is full, forgets, or is another program altogether, under load: no request fails.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class CacheFaultTests(FaultSystem system)
{
    private const string Lost = "requests go to the database";

    private RedisServer Redis => system.Local.Cache;

    [Fact]
    public Task It_is_killed() => new FaultRun
    {
        Name = "Redis killed",
        Break = Redis.KillAsync,
        Mend = () => Redis.RestartAsync(),
        MayBeStale = true,
    }.RunAsync(system);

    [Fact]
    public Task It_is_stopped_for_a_while() => new FaultRun
    {
        Name = "Redis stopped",
        Break = Redis.StopAsync,
        Duration = FaultRun.Outage,
        Mend = () => Redis.RestartAsync(),
        MayBeStale = true,
        Logs = ["The cache could not be told of a write"],
    }.RunAsync(system);

    [Fact]
    public Task It_hangs() => new FaultRun
    {
        Name = "Redis hanging",
        Break = () =>
        {
            Redis.Pause();
            return Task.CompletedTask;
        },
        // Longer than a write waits for it.
        Duration = FaultRun.Outage + TimeSpan.FromSeconds(4),
        Mend = () =>
        {
            Redis.Resume();
            return Task.CompletedTask;
        },
        MayBeStale = true,
        Logs = [Lost, "The cache could not be told of a write"],
    }.RunAsync(system);

    // It answers, and refuses what needs memory: that is not lost, so nothing may be stale.
    [Fact]
    public Task Its_memory_is_full() => new FaultRun
    {
        Name = "Redis full",
        Break = async () =>
        {
            await AdminAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
            await AdminAsync("CONFIG", "SET", "maxmemory", "1");
        },
        Duration = FaultRun.Outage,
        Mend = () => AdminAsync("CONFIG", "SET", "maxmemory", "0"),
        Logs = [Lost],
    }.RunAsync(system);

    [Fact]
    public Task It_is_flushed() => new FaultRun
    {
        Name = "Redis flushed",
        Break = async () =>
        {
            for (var n = 0; n < 10; n++)
            {
                await AdminAsync("FLUSHALL");
                await Task.Delay(100);
            }
        },
        Logs = ["The stream of events was lost"],
    }.RunAsync(system);

    [Fact]
    public async Task Something_else_answers_in_its_place()
    {
        GarbageServer? garbage = null;
        await new FaultRun
        {
            Name = "Redis answering garbage",
            Break = async () =>
            {
                await Redis.KillAsync();
                garbage = new GarbageServer(Redis.Port);
            },
            Duration = FaultRun.Outage,
            Mend = async () =>
            {
                Assert.NotEqual(0, garbage!.Connections);
                await garbage.DisposeAsync();
                await Redis.RestartAsync();
            },
            MayBeStale = true,
        }.RunAsync(system);
    }

    private async Task AdminAsync(string command, params object[] arguments)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{Redis.ConnectionString},allowAdmin=true");
        await redis.GetDatabase().ExecuteAsync(command, arguments);
    }
}
