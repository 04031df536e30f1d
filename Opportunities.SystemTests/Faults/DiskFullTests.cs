namespace Opportunities.SystemTests.Faults;

/// <summary>PostgreSQL has no room left, under load: for rows, and for its log, which stops the server.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class DiskFullTests
{
    [SmallDiskFact]
    public async Task Writes_are_503_and_it_recovers_when_there_is_room_again()
    {
        using var disk = new SmallDisk(megabytes: 224);
        var system = new FaultSystem(disk.Path);
        await system.InitializeAsync();
        try
        {
            var filler = Path.Combine(disk.Path, "filler");
            await new FaultRun
            {
                Name = "Disk of PostgreSQL full",
                Break = () => Task.Run(() =>
                {
                    using var file = File.Create(filler);
                    var block = new byte[64 << 10];
                    try
                    {
                        while (true) file.Write(block);
                    }
                    catch (IOException)
                    {
                        // There is no room any more.
                    }
                }),
                Duration = FaultRun.Outage,
                Mend = async () =>
                {
                    File.Delete(filler);
                    // Without room for its log it ends, as it must; whoever runs it starts it again.
                    await Task.WhenAny(system.Local.Postgres.Exited, Task.Delay(TimeSpan.FromSeconds(1)));
                    if (system.Local.Postgres.Exited.IsCompleted) await system.Local.Postgres.RestartAsync();
                },
                Allowed = [503],
                Logs = ["No space left on device"],
            }.RunAsync(system);
        }
        finally
        {
            await system.DisposeAsync();
        }
    }
}
