using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Input;

/// <summary>A request body in JSON. One list of its members, the reading itself, both reads and describes it.</summary>
internal sealed class Shape<T> : IShape
{
    private readonly string _example;
    private readonly Func<JsonInput, T> _read;

    public Shape(string name, string description, string example, Func<JsonInput, T> read)
    {
        (Name, Description, _example, _read) = (name, description, example, read);
        var nothing = new JsonInput(default);
        read(nothing);
        Members = nothing.Asked;
    }

    public string Name { get; }
    public string Description { get; }
    public IReadOnlyCollection<AskedMember> Members { get; }

    /// <exception cref="ApiException">415, 408, or 400 with everything that is wrong.</exception>
    public async ValueTask<T> ReadAsync(HttpContext context) =>
        Read(await JsonInput.ReadAsync(context.Request, context.RequestAborted));

    /// <summary>Reads what is the body of one request among many.</summary>
    public T Read(JsonElement element) => Read(JsonInput.Of(element));

    private T Read(JsonInput input)
    {
        var value = _read(input);
        input.ThrowIfInvalid();
        return value;
    }

    /// <summary>Says of an endpoint that it takes this body, and so can refuse one.</summary>
    public void AddTo(EndpointBuilder endpoint)
    {
        // No IAcceptsMetadata: routing itself would refuse another media type, before the token is looked at.
        endpoint.Metadata.Add(this);
        foreach (var status in new[] { StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType })
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(Problem), ["application/problem+json"]));
    }

    public OpenApiSchema Describe(OpenApiDocument document) => new()
    {
        Type = JsonSchemaType.Object,
        Description = Description,
        Properties = Members.OrderByDescending(member => member.IsRequired)
            .ToDictionary(member => member.Member.Name, member => member.Member.Describe(document)),
        Required = Members.Where(member => member.IsRequired).Select(member => member.Member.Name).ToHashSet(),
        AdditionalPropertiesAllowed = false,
        Examples = [JsonNode.Parse(_example)!],
    };
}

/// <summary>Endpoint metadata: the body that an operation takes.</summary>
internal interface IShape
{
    string Name { get; }

    string Description { get; }

    OpenApiSchema Describe(OpenApiDocument document);
}

/// <summary>A handler's parameter that is read from the body by its <see cref="Shape"/>.</summary>
internal interface IBody<T> : IBindableFromHttpContext<T>, IEndpointParameterMetadataProvider
    where T : class, IBody<T>
{
    static abstract Shape<T> Shape { get; }

    static async ValueTask<T?> IBindableFromHttpContext<T>.BindAsync(HttpContext context, ParameterInfo parameter) =>
        await T.Shape.ReadAsync(context);

    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        T.Shape.AddTo(builder);
}
