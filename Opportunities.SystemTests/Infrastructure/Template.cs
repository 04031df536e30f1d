using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>A CloudFormation template, and questions to it.</summary>
public sealed record Template(string StackName, JsonObject Json)
{
    /// <summary>Every resource.</summary>
    public IEnumerable<Resource> Resources =>
        Json[nameof(Resources)]!.AsObject().Select(entry => new Resource(StackName, entry.Key, entry.Value!.AsObject()));

    /// <summary>The resources of a type.</summary>
    public IReadOnlyList<Resource> All(string type) => [.. Resources.Where(resource => resource.Type == type)];

    /// <summary>The only resource of a type.</summary>
    public Resource One(string type) => Assert.Single(All(type));

    /// <summary>Asserts that a resource of a type has a property of that value.</summary>
    public void Names(string type, string property, string value) =>
        Assert.Contains(All(type), resource => resource.Text(property) == value);

    /// <summary>The names of the outputs.</summary>
    public IEnumerable<string> Outputs => Json[nameof(Outputs)]!.AsObject().Select(entry => entry.Key);
}
