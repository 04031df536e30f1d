using System.Buffers.Binary;
using Microsoft.AspNetCore.OpenApi;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Http;

namespace Opportunities.Api.OpenApi;

/// <summary><c>GET /api/v1/openapi.json</c>: the document for whoever may read, in every environment.</summary>
internal static class CallersDocument
{
    public static void MapCallersDocument(this WebApplication app) => app.MapGet("/api/v1/openapi.json", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .ExcludeFromDescription();

    private static async Task HandleAsync(HttpContext context, WrittenDocument document)
    {
        var known = ETags.Parse(context.Request.Headers, HeaderNames.IfNoneMatch);
        await (await document.ReadAsync(context.RequestAborted)).SendAsync(context.Response, known);
    }
}

/// <summary>The document as JSON, which is the same for as long as this process runs.</summary>
internal sealed class WrittenDocument([FromKeyedServices("v1")] IOpenApiDocumentProvider provider)
{
    private volatile Representation? _written;

    public async ValueTask<Representation> ReadAsync(CancellationToken cancellationToken)
    {
        // Of two that come first, both write the same.
        if (_written is { } written) return written;
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        var json = stream.ToArray();
        // Its version is a checksum: replicas of one build have the same, and another document another.
        return _written = new Representation(json, BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(json)) & int.MaxValue);
    }
}
