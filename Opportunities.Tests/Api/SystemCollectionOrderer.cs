using Opportunities.Tests.AppHost;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Opportunities.Tests.Api.SystemCollectionOrderer", "Opportunities.Tests")]

namespace Opportunities.Tests.Api;

/// <summary>
/// Begins with the longest collection, the tests that share a system: the others run beside it, and none of them is left to wait for it.
/// Its Aspire application is started before any test runs: the orchestrator wants some seconds of a core to come up in its time, and the
/// tests may take all there are.
/// </summary>
public sealed class SystemCollectionOrderer : ITestCollectionOrderer
{
    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        ITestCollection[] collections = [.. testCollections.OrderBy(collection => !IsSystem(collection))];
        // Whether it came up is for the fixture to say.
        if (!TestSystem.IsDeployed && collections.Any(IsSystem)) Task.WhenAny(Task.Run(AspireSystem.SharedAsync)).GetAwaiter().GetResult();
        return collections;
    }

    private static bool IsSystem(ITestCollection collection) => collection.DisplayName == SystemCollection.Name;
}
