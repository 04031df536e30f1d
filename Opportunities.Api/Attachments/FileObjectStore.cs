using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Extensions;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Attachments;

/// <summary>
/// Attachments in a directory: <c>{opportunity}/{object}.{ending}</c>, the ending standing for the media type. Clients send and
/// fetch them at signed URLs of the API itself (<see cref="ServeFiles"/>).
/// </summary>
internal sealed partial class FileObjectStore(
    IOptions<AttachmentOptions> options, FileTokens tokens, IHttpContextAccessor contexts, ILogger<FileObjectStore> logger) : IObjectStore
{
    private readonly string _root = Path.GetFullPath(options.Value.Directory!);

    public Task<SignedUpload> SignUploadAsync(ObjectKey key, string contentType, long size, DateTime expiresAt)
    {
        var grant = new FileGrant(IsUpload: true, key.OpportunityId, key.ObjectId, contentType, size);
        return Task.FromResult(
            new SignedUpload(Url(grant, expiresAt), new Dictionary<string, string> { [HeaderNames.ContentType] = contentType }));
    }

    public Task<string> SignDownloadAsync(ObjectKey key, string contentType, string fileName, DateTime expiresAt) => Task.FromResult(
        Url(new FileGrant(IsUpload: false, key.OpportunityId, key.ObjectId, contentType, FileName: fileName), expiresAt));

    private string PathOf(ObjectKey key, string contentType) =>
        Path.Combine(FolderOf(key), $"{key.ObjectId:D}{ContentTypes.ExtensionOf(contentType)}");

    /// <summary>Stores an object whole or not at all, and never over another one.</summary>
    /// <returns>Whether it was stored; false where the key has an object already.</returns>
    public Task<bool> StoreAsync(
        ObjectKey key, string contentType, Stream content, CancellationToken cancellationToken) => AskAsync(async () =>
        {
            var path = PathOf(key, contentType);
            if (File.Exists(path)) return false;
            Directory.CreateDirectory(FolderOf(key));
            var part = $"{path}.{Guid.NewGuid():N}.part";
            try
            {
                await using (var file = new FileStream(
                    part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
                {
                    await content.CopyToAsync(file, cancellationToken);
                    file.Flush(flushToDisk: true);
                }

                return TryMove(part, path);
            }
            finally
            {
                File.Delete(part);
            }
        });

    public Task<FileStream?> ReadAsync(ObjectKey key, string contentType) => AskAsync(() =>
    {
        try
        {
            return new FileStream(
                PathOf(key, contentType), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    public Task<StoredObject?> FindAsync(ObjectKey key, CancellationToken cancellationToken) => AskAsync(() =>
    {
        foreach (var contentType in ContentTypes.All)
        {
            var file = new FileInfo(PathOf(key, contentType));
            if (file.Exists) return new StoredObject(contentType, file.Length, file.LastWriteTimeUtc);
        }

        return null;
    });

    // What an upload that broke off left is the object's, too.
    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => AskAsync(() =>
    {
        if (!Directory.Exists(FolderOf(key))) return false;
        foreach (var file in Directory.EnumerateFiles(FolderOf(key), $"{key.ObjectId:D}.*")) File.Delete(file);
        return true;
    });

    public async IAsyncEnumerable<ListedObject> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // On a thread of its own: there is no asynchronous way to read a directory.
        var files = await Task.Run(
            () => AskAsync(() => new DirectoryInfo(_root) is { Exists: true } root ? root.GetFiles("*", SearchOption.AllDirectories) : []),
            cancellationToken);
        foreach (var file in files)
        {
            if (ObjectKey.TryParse($"{ObjectKey.Prefix}{file.Directory!.Name}/{file.Name.Split('.')[0]}", out var key))
                yield return new ListedObject(key, file.LastWriteTimeUtc);
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken) => AskAsync(() =>
    {
        Directory.CreateDirectory(_root);
        using var probe = File.Create(Path.Combine(_root, $".{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose);
        return true;
    });

    private string FolderOf(ObjectKey key) => Path.Combine(_root, key.OpportunityId.ToString("D"));

    // At the address by which the caller reached this API: where its own way leads.
    private string Url(FileGrant grant, DateTime expiresAt)
    {
        var request = contexts.HttpContext!.Request;
        return UriHelper.BuildAbsolute(
            request.Scheme, request.Host, request.PathBase, $"{ServeFiles.Prefix}/{tokens.Write(grant, expiresAt)}");
    }

    private static bool TryMove(string part, string path)
    {
        try
        {
            File.Move(part, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    private Task<T> AskAsync<T>(Func<T> ask) => AskAsync(() => Task.FromResult(ask()));

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        // A request whose body breaks off is one of these, too, and has its own answer.
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not BadHttpRequestException)
        {
            LogLost(exception.Message);
            throw ApiException.Unavailable("The file store does not answer.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The directory of attachments cannot be used: {Reason}")]
    private partial void LogLost(string reason);
}
