using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Opportunities.Tests.Api.SystemFirst", "Opportunities.Tests")]

namespace Opportunities.Tests.Api;

/// <summary>Begins with the longest collection, the tests that share a system: the others run beside it, and none of them is left to wait for it.</summary>
public sealed class SystemFirst : ITestCollectionOrderer
{
    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.DisplayName != SystemCollection.Name);
}
