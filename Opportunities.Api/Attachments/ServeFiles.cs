using Microsoft.AspNetCore.Http.HttpResults;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.Attachments;

/// <summary><c>PUT</c> and <c>GET /files/{token}</c>: the signed URLs of <see cref="FileObjectStore"/>. The URL is the permission.</summary>
internal static class ServeFiles
{
    public const string Prefix = "/files";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut($"{Prefix}/{{token}}", ReceiveAsync)
            .AllowAnonymous()
            .WithMetadata(new BodySizeLimit(OpportunityLimits.FileSize))
            .ExcludeFromDescription();
        app.MapGet($"{Prefix}/{{token}}", Give)
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static async Task<Ok> ReceiveAsync(
        string token, HttpContext context, IObjectStore store, FileTokens tokens, CancellationToken cancellationToken)
    {
        var (files, grant) = Open(store, tokens, token, isUpload: true);
        if (!grant.ContentType.Equals(context.Request.ContentType, StringComparison.OrdinalIgnoreCase))
            throw ApiException.UnsupportedMediaType($"The file was announced as {grant.ContentType}.");
        // The server takes no byte more or less than the length that is announced here.
        if (context.Request.ContentLength != grant.Size) throw InputErrors.Only("Content-Length", $"must be {grant.Size}, as was announced.");
        return await files.StoreAsync(grant.Key, grant.ContentType, context.Request.Body, cancellationToken)
            ? TypedResults.Ok()
            : throw ApiException.Conflict("The URL has been used: a file is stored already.");
    }

    private static PhysicalFileHttpResult Give(string token, IObjectStore store, FileTokens tokens)
    {
        var (files, grant) = Open(store, tokens, token, isUpload: false);
        var path = files.PathOf(grant.Key, grant.ContentType);
        if (!File.Exists(path)) throw ApiException.NotFound();
        return TypedResults.PhysicalFile(path, grant.ContentType, grant.FileName, enableRangeProcessing: true);
    }

    private static (FileObjectStore Files, FileGrant Grant) Open(IObjectStore store, FileTokens tokens, string token, bool isUpload)
    {
        if (store is not FileObjectStore files) throw ApiException.NotFound();
        return tokens.Read(token) is { } grant && grant.IsUpload == isUpload
            ? (files, grant)
            : throw ApiException.Forbidden("The URL is not valid, or its time is over.");
    }
}
