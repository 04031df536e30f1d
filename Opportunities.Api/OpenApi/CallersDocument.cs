using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;

namespace Opportunities.Api.OpenApi;

/// <summary><c>GET /api/v1/openapi.json</c>: the document for whoever may read, in every environment.</summary>
internal static class CallersDocument
{
    public static void MapCallersDocument(this WebApplication app) => app.MapGet("/api/v1/openapi.json", HandleAsync)
        .RequireAuthorization(Policies.Read)
        .ExcludeFromDescription();

    private static async Task HandleAsync(HttpContext context, WrittenDocument document) =>
        await new Representation(await document.ReadAsync(context.RequestAborted), Version: null).SendAsync(context.Response, known: null);
}

/// <summary>The document as JSON, which is the same for as long as this process runs.</summary>
internal sealed class WrittenDocument([FromKeyedServices("v1")] IOpenApiDocumentProvider provider)
{
    private volatile byte[]? _json;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        // Of two that come first, both write the same.
        if (_json is { } written) return written;
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return _json = stream.ToArray();
    }
}
