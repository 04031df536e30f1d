namespace Opportunities.Tests.Infrastructure;

/// <summary>Tests that share the synthesized stacks; one after the other, since the CDK's runtime serves one caller at a time.</summary>
[CollectionDefinition(Name)]
public sealed class InfrastructureCollection : ICollectionFixture<SynthesizedStacks>
{
    public const string Name = "infrastructure";
}
