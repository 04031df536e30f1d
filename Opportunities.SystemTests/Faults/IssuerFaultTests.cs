namespace Opportunities.SystemTests.Faults;

/// <summary>The issuer hangs.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class IssuerFaultTests(FaultSystem system)
{
    [Fact]
    public Task It_hangs_and_tokens_that_were_issued_keep_working() => new FaultRun
    {
        Name = "Issuer hanging",
        Break = () =>
        {
            system.Local.Identity.Pause();
            return Task.CompletedTask;
        },
        Duration = FaultRun.Outage,
        Mend = () =>
        {
            system.Local.Identity.Resume();
            return Task.CompletedTask;
        },
    }.RunAsync(system);
}
