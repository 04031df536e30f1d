namespace Opportunities.SystemTests;

/// <summary>A system as it is started everywhere, for tests that neither break it nor set it up differently.</summary>
public sealed class TestSystem : SharedSystem
{
    private readonly TestDirectory _data = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _data.Dispose();
    }

    protected override async Task<RunningSystem> StartAsync() =>
        await ProcessSystem.StartAsync(new() { DataDirectory = _data.Path, IsDurable = false });
}

/// <summary>The test classes that share the system.</summary>
[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<TestSystem>
{
    public const string Name = "system";
}
