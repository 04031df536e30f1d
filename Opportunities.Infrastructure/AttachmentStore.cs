using Amazon.CDK;
using Amazon.CDK.AWS.S3;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The bucket of the opportunities' attachments: private, encrypted, versioned; read and written through signed addresses only.
/// </summary>
public sealed class AttachmentStore : Construct
{
    /// <summary>Creates the bucket.</summary>
    public AttachmentStore(Construct scope, string id, EnvironmentSettings settings, LogArchive logs)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(logs);
        Bucket = new Bucket(this, "Bucket", new BucketProps
        {
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
            Encryption = BucketEncryption.S3_MANAGED,
            EnforceSSL = true,
            MinimumTLSVersion = 1.2,
            ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED,
            Versioned = true,
            ServerAccessLogsBucket = logs.Bucket,
            ServerAccessLogsPrefix = "attachments/",
            // A page uploads to a signed address, which is the bucket's and not the API's.
            Cors = settings.BrowserOrigins.Count == 0 ? null :
            [
                new CorsRule
                {
                    AllowedOrigins = [.. settings.BrowserOrigins],
                    AllowedMethods = [HttpMethods.GET, HttpMethods.PUT],
                    AllowedHeaders = ["*"],
                    ExposedHeaders = ["ETag"],
                    MaxAge = 3600,
                },
            ],
            LifecycleRules =
            [
                new LifecycleRule
                {
                    AbortIncompleteMultipartUploadAfter = Duration.Days(1),
                    NoncurrentVersionExpiration = Duration.Days(90),
                    ExpiredObjectDeleteMarker = true,
                    Transitions = [new Transition { StorageClass = StorageClass.INFREQUENT_ACCESS, TransitionAfter = Duration.Days(90) }],
                },
            ],
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
    }

    /// <summary>The bucket.</summary>
    public Bucket Bucket { get; }
}
