using Opportunities.SystemTests.Deploy;
using Opportunities.SystemTests.Events;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Opportunities.SystemTests.LongestFirst", "Opportunities.SystemTests")]

namespace Opportunities.SystemTests;

/// <summary>
/// Begins with the classes that take minutes, so that none of them is left to wait for when all others have come to their end.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>The first two wait more than they compute: others run beside them.</summary>
    private static readonly Type[] _longest =
        [typeof(IdleTests), typeof(EventsHealthTests), typeof(DeployScriptTests), typeof(DatabaseRollbackTests)];

    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Place);

    private static int Place(ITestCollection collection)
    {
        var index = Array.FindIndex(_longest, type => collection.DisplayName.Contains(type.FullName!, StringComparison.Ordinal));
        return index < 0 ? _longest.Length : index;
    }
}
