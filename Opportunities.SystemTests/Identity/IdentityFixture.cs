namespace Opportunities.SystemTests.Identity;

/// <summary>One issuer for all tests that only ask it for tokens.</summary>
public sealed class IdentityFixture : IAsyncLifetime
{
    public const string Collection = "Identity";

    public IdentityProcess Identity { get; private set; } = null!;

    public async Task InitializeAsync() => Identity = await IdentityProcess.StartAsync();

    public Task DisposeAsync()
    {
        Identity?.Dispose();
        return Task.CompletedTask;
    }
}

[CollectionDefinition(IdentityFixture.Collection)]
public sealed class IdentityCollection : ICollectionFixture<IdentityFixture>;
