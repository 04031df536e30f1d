namespace Opportunities.Api.OpenApi;

/// <summary>Endpoint metadata: a request body that is a CSV file.</summary>
internal sealed record CsvDescription(string Description, string Example, int MaxLength)
{
    public const string MediaType = "text/csv";

    public const string ContentType = $"{MediaType}; charset=utf-8";

    public OpenApiMediaType Describe() => new()
    {
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = MaxLength },
        Example = Example,
    };
}

/// <summary>Endpoint metadata: answers that are CSV where the request prefers it.</summary>
internal sealed record CsvAnswers(params int[] StatusCodes)
{
    /// <summary>More than as many errors need as are listed.</summary>
    public const int MaxLength = 2 << 20;
}
