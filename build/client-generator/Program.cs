using System.Text.RegularExpressions;
using NJsonSchema;
using NJsonSchema.CodeGeneration;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

if (args is not [var input, var output])
{
    await Console.Error.WriteLineAsync("Usage: ClientGenerator <openapi.json> <client.cs>");
    return 1;
}

var document = await OpenApiDocument.FromFileAsync(input);
// What is not JSON is a stream: a file may be larger than memory.
foreach (var operation in document.Operations.Select(operation => operation.Operation))
{
    var contents = operation.ActualResponses.Values.SelectMany(response => response.Content);
    if (operation.RequestBody is { } body) contents = contents.Concat(body.Content);
    foreach (var content in contents.Where(content => !content.Key.EndsWith("json", StringComparison.Ordinal)))
        content.Value.Schema.Format = JsonFormatStrings.Binary;
}

var settings = new CSharpClientGeneratorSettings
{
    ClassName = "OpportunitiesClient",
    ExceptionClass = "ApiException",
    InjectHttpClient = true,
    UseBaseUrl = false,
    GenerateOptionalParameters = true,
    ParameterArrayType = "System.Collections.Generic.IEnumerable",
    // The service refuses a time without its zone, and what is finer than a microsecond.
    ParameterDateTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK",
    OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
    ParameterNameGenerator = new CamelCaseParameters(),
    CSharpGeneratorSettings =
    {
        Namespace = "Opportunities.Client",
        JsonLibrary = CSharpJsonLibrary.SystemTextJson,
        JsonLibraryVersion = 10,
        GenerateNullableReferenceTypes = true,
        GenerateOptionalPropertiesAsNullable = true,
        ClassStyle = CSharpClassStyle.Poco,
        DateTimeType = "System.DateTimeOffset",
        ArrayType = "System.Collections.Generic.IReadOnlyList",
        ArrayInstanceType = "System.Collections.Generic.List",
        ArrayBaseType = "System.Collections.Generic.List",
        PropertyNameGenerator = new PascalCaseProperties(),
        EnumNameGenerator = new PascalCaseEnumMembers(),
    },
};
await File.WriteAllTextAsync(output, new CSharpClientGenerator(document, settings).GenerateFile());
return 0;

/// <summary><c>If-Match</c> and <c>min_budget</c> as C# writes parameters.</summary>
internal sealed class CamelCaseParameters : IParameterNameGenerator
{
    public string Generate(OpenApiParameter parameter, IEnumerable<OpenApiParameter> allParameters) =>
        ConversionUtilities.ConvertToLowerCamelCase(Words.Join(parameter.Name), firstCharacterMustBeAlpha: true);
}

/// <summary><c>client_name</c> as C# writes properties.</summary>
internal sealed class PascalCaseProperties : IPropertyNameGenerator
{
    public string Generate(JsonSchemaProperty property) => Words.Join(property.Name);
}

/// <summary><c>MUST_HAVE</c> as C# writes the members of enums.</summary>
internal sealed class PascalCaseEnumMembers : IEnumNameGenerator
{
    public string Generate(int index, string? name, object? value, JsonSchema schema) =>
        Words.Join((name ?? $"{value}").ToLowerInvariant());
}

/// <summary>The words of a name, joined.</summary>
internal static partial class Words
{
    public static string Join(string name) => string.Concat(
        Separators().Split(name).Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Separators();
}
