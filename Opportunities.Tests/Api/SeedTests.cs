namespace Opportunities.Tests.Api;

/// <summary>The deployment document's requests against the system of this run.</summary>
[Collection(SystemCollection.Name)]
public sealed class SeedTests(TestSystem system) : SeedRequests(system);
