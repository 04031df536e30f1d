using Microsoft.OpenApi;

namespace Opportunities.Api.OpenApi;

/// <summary>A request body that is a CSV file, for the OpenAPI document.</summary>
/// <param name="Description">What it holds.</param>
/// <param name="Example">A file that is accepted.</param>
/// <param name="MaxLength">The largest file, in bytes.</param>
internal sealed record CsvDescription(string Description, string Example, int MaxLength)
{
    public const string MediaType = "text/csv";

    public OpenApiRequestBody Describe() => new()
    {
        Required = true,
        Description = Description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [MediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = MaxLength }, Example = Example },
        },
    };
}
