using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Opportunities.Api.Errors;

namespace Opportunities.Api.Attachments;

/// <summary>Attachments in Amazon S3, or a server that speaks its protocol; clients go there themselves, by pre-signed URLs.</summary>
internal sealed partial class S3ObjectStore(IAmazonS3 s3, IOptions<AttachmentOptions> options, ILogger<S3ObjectStore> logger) : IObjectStore
{
    private readonly string _bucket = options.Value.Bucket!;

    // The SDK signs for HTTPS unless it is told otherwise, whatever the server's URL says.
    private readonly Protocol _protocol =
        options.Value.ServiceUrl?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true ? Protocol.HTTP : Protocol.HTTPS;

    /// <summary>A client whose limits fit into a request: a hanging store is an error and not a hanging request.</summary>
    public static AmazonS3Client CreateClient(AttachmentOptions options)
    {
        var config = new AmazonS3Config
        {
            Timeout = TimeLimits.ObjectStore,
            MaxErrorRetry = 1,
            // Checksums beyond S3's own would be part of the signature, and uploaders would have to compute them.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (!string.IsNullOrWhiteSpace(options.ServiceUrl))
        {
            config.ServiceURL = options.ServiceUrl;
            config.ForcePathStyle = true;
        }

        return new AmazonS3Client(config);
    }

    public Task<SignedUpload> SignUploadAsync(ObjectKey key, string contentType, long size, DateTime expiresAt) => AskAsync(async () =>
    {
        var request = Request(key, HttpVerb.PUT, expiresAt);
        request.ContentType = contentType;
        request.Headers.ContentLength = size;
        // S3 takes the first upload under the key, and refuses another one.
        request.Headers[HeaderNames.IfNoneMatch] = "*";
        return new SignedUpload(
            await s3.GetPreSignedURLAsync(request),
            new Dictionary<string, string> { [HeaderNames.ContentType] = contentType, [HeaderNames.IfNoneMatch] = "*" });
    });

    public Task<string> SignDownloadAsync(ObjectKey key, string contentType, string fileName, DateTime expiresAt) => AskAsync(() =>
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        var request = Request(key, HttpVerb.GET, expiresAt);
        request.ResponseHeaderOverrides.ContentType = contentType;
        request.ResponseHeaderOverrides.ContentDisposition = disposition.ToString();
        return s3.GetPreSignedURLAsync(request);
    });

    public Task<StoredObject?> FindAsync(ObjectKey key, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        try
        {
            var found = await s3.GetObjectMetadataAsync(_bucket, key.ToString(), cancellationToken);
            return new StoredObject(found.Headers.ContentType, found.ContentLength, found.LastModified?.ToUniversalTime() ?? default);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) =>
        AskAsync(() => s3.DeleteObjectAsync(_bucket, key.ToString(), cancellationToken));

    public async IAsyncEnumerable<ListedObject> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = ObjectKey.Prefix };
        while (true)
        {
            var page = await AskAsync(() => s3.ListObjectsV2Async(request, cancellationToken));
            foreach (var listed in page.S3Objects ?? [])
            {
                if (ObjectKey.TryParse(listed.Key, out var key))
                    yield return new ListedObject(key, listed.LastModified?.ToUniversalTime() ?? DateTime.MaxValue);
            }

            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken) =>
        AskAsync(() => s3.HeadBucketAsync(new HeadBucketRequest { BucketName = _bucket }, cancellationToken));

    private GetPreSignedUrlRequest Request(ObjectKey key, HttpVerb verb, DateTime expiresAt) => new()
    {
        BucketName = _bucket,
        Key = key.ToString(),
        Verb = verb,
        Expires = expiresAt,
        Protocol = _protocol,
    };

    // The SDK's time limit is a cancellation. A refusal (a policy that lacks something, say) is our configuration's fault and no
    // caller's: not available, too.
    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception)
            when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            LogLost(exception.GetBaseException().Message);
            throw ApiException.Unavailable("The file store does not answer.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The object store does not answer: {Reason}")]
    private partial void LogLost(string reason);
}
