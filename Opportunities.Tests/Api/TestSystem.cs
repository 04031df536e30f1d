using Opportunities.Tests.AppHost;

namespace Opportunities.Tests.Api;

/// <summary>The system that the behaviour tests are about: the Aspire application, started once for the run, or a deployed one.</summary>
public sealed class TestSystem : SharedSystem
{
    /// <summary>The Aspire application; only for tests of a local system.</summary>
    internal AspireSystem Aspire => (AspireSystem)Local;

    protected override string LocalClientSecret => AspireSystem.ClientSecret;

    protected override async Task<RunningSystem> StartAsync() => await AspireSystem.SharedAsync();
}

/// <summary>The test classes that share the system.</summary>
[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<TestSystem>
{
    public const string Name = "system";
}
