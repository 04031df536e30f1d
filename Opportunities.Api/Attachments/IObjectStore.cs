using Opportunities.Api.Errors;

namespace Opportunities.Api.Attachments;

/// <summary>What a client needs to upload an object once.</summary>
internal sealed record SignedUpload(string Url, IReadOnlyDictionary<string, string> Headers);

internal sealed record StoredObject(string ContentType, long Size, DateTime StoredAt);

internal readonly record struct ListedObject(ObjectKey Key, DateTime StoredAt);

/// <summary>
/// Keeps the bytes of attachments. Clients send and fetch them at signed URLs, which are the permission and expire. A store that
/// does not answer is an <see cref="ApiException"/> of status 503.
/// </summary>
internal interface IObjectStore
{
    /// <summary>Signs the one upload of an object, bound to its media type and size.</summary>
    Task<SignedUpload> SignUploadAsync(ObjectKey key, string contentType, long size, DateTime expiresAt);

    /// <summary>Signs downloads of an object, which the client's browser saves under the file name.</summary>
    Task<string> SignDownloadAsync(ObjectKey key, string contentType, string fileName, DateTime expiresAt);

    /// <summary>Asks about an object; null where there is none.</summary>
    Task<StoredObject?> FindAsync(ObjectKey key, CancellationToken cancellationToken);

    Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken);

    IAsyncEnumerable<ListedObject> ListAsync(CancellationToken cancellationToken);

    /// <summary>Throws where the store does not answer.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
