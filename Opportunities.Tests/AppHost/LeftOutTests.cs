namespace Opportunities.Tests.AppHost;

/// <summary>Stands in the result for the tests that this build could not contain.</summary>
public sealed class LeftOutTests
{
    [Fact(Skip = "The tests of the Aspire AppHost were left out: the NuGet sources of this build lack Aspire.")]
    public void The_Aspire_application_runs()
    {
    }
}
