using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Opportunities.Api.Input;

namespace Opportunities.Api.OpenApi;

/// <summary>What a request body may hold, for the OpenAPI document: the same rules that read it.</summary>
/// <param name="Name">The schema's name.</param>
/// <param name="Description">What it is.</param>
/// <param name="Required">The members that must be there.</param>
/// <param name="Optional">The members that may be there.</param>
/// <param name="Example">A body that is accepted, as JSON.</param>
internal sealed record BodyDescription(
    string Name, string Description, IReadOnlyList<IMember> Required, IReadOnlyList<IMember> Optional, string Example)
{
    public OpenApiSchema Describe(OpenApiDocument document) => new()
    {
        Type = JsonSchemaType.Object,
        Description = Description,
        Properties = Required.Concat(Optional).ToDictionary(member => member.Name, member => member.Describe(document)),
        Required = Required.Select(member => member.Name).ToHashSet(),
        AdditionalPropertiesAllowed = false,
        Examples = [JsonNode.Parse(Example)!],
    };
}
