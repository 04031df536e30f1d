using Amazon.CDK;
using Amazon.CDK.AWS.S3;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The bucket to which the load balancer and the other buckets write who asked for what.</summary>
public sealed class LogArchive : Construct
{
    /// <summary>Creates the bucket.</summary>
    public LogArchive(Construct scope, string id, EnvironmentSettings settings)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Bucket = new Bucket(this, "Bucket", new BucketProps
        {
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
            // The load balancer's logs can be encrypted with this only.
            Encryption = BucketEncryption.S3_MANAGED,
            EnforceSSL = true,
            MinimumTLSVersion = 1.2,
            ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED,
            LifecycleRules = [new LifecycleRule { Expiration = Duration.Days(settings.LogDays) }],
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
    }

    /// <summary>The bucket.</summary>
    public Bucket Bucket { get; }
}
