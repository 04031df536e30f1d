using Microsoft.OpenApi;

namespace Opportunities.Api.OpenApi;

/// <summary>Endpoint metadata: a request body that is a CSV file.</summary>
/// <param name="Description">What it holds.</param>
/// <param name="Example">A file that is accepted.</param>
/// <param name="MaxLength">The largest file, in bytes.</param>
internal sealed record CsvDescription(string Description, string Example, int MaxLength)
{
    public const string MediaType = "text/csv";

    public OpenApiMediaType Describe() => new()
    {
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = MaxLength },
        Example = Example,
    };
}
