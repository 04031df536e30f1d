namespace Opportunities.SystemTests.Faults;

/// <summary>One of two API processes ends, under load.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class ProcessFaultTests(FaultSystem system)
{
    [Fact]
    public Task One_is_killed() => new FaultRun
    {
        Name = "API process killed",
        Break = () => system.Second.KillAsync(),
        Mend = system.ReplaceSecondAsync,
        // What it was at has no answer, and what goes to it until the balancer has seen that it is gone. 503: all at
        // once the others need more connections, and on an overloaded machine opening one may take longer than its limit.
        Allowed = [0, 503],
    }.RunAsync(system);

    // Nobody tells the balancer: it has to see from /health that requests should go elsewhere.
    [Fact]
    public Task One_is_told_to_stop() => new FaultRun
    {
        Name = "API process stopped with SIGTERM",
        Break = async () =>
        {
            await Task.WhenAll(
                system.Second.StopAsync(TimeSpan.FromMinutes(1)),
                Eventually.TrueAsync(() => !system.Balancer.IsInRotation(system.Second)));
            // It would be killed then, and end otherwise.
            Assert.Equal(0, await system.Second.Exited);
        },
        Mend = system.ReplaceSecondAsync,
    }.RunAsync(system);
}
