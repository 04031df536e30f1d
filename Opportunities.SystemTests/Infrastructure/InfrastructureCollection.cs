namespace Opportunities.SystemTests.Infrastructure;

/// <summary>
/// Tests that ask the CDK about the synthesized stacks; one after the other, since its runtime serves one caller at a time.
/// </summary>
[CollectionDefinition(Name)]
public sealed class InfrastructureCollection
{
    public const string Name = "infrastructure";
}
