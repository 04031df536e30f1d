using Microsoft.AspNetCore.Mvc;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Attachments;

/// <summary><c>PUT</c> and <c>GET /files/{token}</c>: the signed URLs of <see cref="FileObjectStore"/>; they are the permission.</summary>
internal static class ServeFiles
{
    public const string Prefix = MethodSupport.FilesPrefix;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut($"{Prefix}/{{token}}", ReceiveAsync)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(Attachment.MaxFileSize))
            .ExcludeFromDescription();
        app.MapGet($"{Prefix}/{{token}}", GiveAsync)
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
        if (context.Request.ContentLength != grant.Size)
            throw InputErrors.Only("Content-Length", $"must be {grant.Size}, as was announced.");
        return await files.StoreAsync(grant.Key, grant.ContentType, context.Request.Body, cancellationToken)
            ? TypedResults.Ok()
            : throw ApiException.Conflict("The URL has been used: a file is stored already.");
    }

    private static async Task GiveAsync(string token, HttpContext context, IObjectStore store, FileTokens tokens)
    {
        ETags.EnsureWellFormed(context.Request);
        var (files, grant) = Open(store, tokens, token, isUpload: false);
        var file = await files.ReadAsync(grant.Key, grant.ContentType) ?? throw ApiException.NotFound();
        // An object never changes: its id names its state.
        var tag = new EntityTagHeaderValue($"\"{grant.ObjectId:N}\"");
        var (request, response) = (context.Request, context.Response);
        // A part of another state than this one is not wanted, and a date cannot tell which one is meant. The framework takes lines for
        // bytes.
        if ((request.Headers.IfRange is { Count: > 0 } known && known != tag.ToString())
            || request.GetTypedHeaders().Range?.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) != true)
        {
            request.Headers.Range = default;
        }

        await TypedResults.Stream(file, grant.ContentType, grant.FileName, entityTag: tag, enableRangeProcessing: true)
            .ExecuteAsync(context);
        if (response.HasStarted || response.StatusCode < StatusCodes.Status400BadRequest) return;
        // The refusal has the headers of the file, with which it would be taken for a whole answer and not get its problem.
        response.ContentType = null;
        response.ContentLength = null;
        response.Headers.ContentDisposition = default;
    }

    private static (FileObjectStore Files, FileGrant Grant) Open(IObjectStore store, FileTokens tokens, string token, bool isUpload)
    {
        if (store is not FileObjectStore files) throw ApiException.NotFound();
        return tokens.Read(token) is { } grant && grant.IsUpload == isUpload
            ? (files, grant)
            : throw ApiException.Forbidden("The URL is not valid, or its time is over.");
    }
}
