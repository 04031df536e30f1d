using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The repository of the service's images. Version tags never move; the tag named like the environment says what runs there.
/// </summary>
public sealed class ImageRepository : Construct
{
    private const int KeptImages = 50;

    /// <summary>Creates the repository.</summary>
    public ImageRepository(Construct scope, string id, EnvironmentSettings settings)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Repository = new Repository(this, "Repository", new RepositoryProps
        {
            RepositoryName = Names.Service,
            ImageScanOnPush = true,
            Encryption = RepositoryEncryption.AES_256,
            LifecycleRules =
            [
                // The exact tag: a version may begin like it.
                new LifecycleRule
                {
                    RulePriority = 1,
                    Description = "What runs here stays",
                    TagPatternList = [settings.Name],
                    MaxImageCount = 1,
                },
                // By count and not by age: an image that lost its tag to a newer one may still be what runs.
                new LifecycleRule
                {
                    RulePriority = 2,
                    Description = "Old untagged images go",
                    TagStatus = TagStatus.UNTAGGED,
                    MaxImageCount = KeptImages,
                },
                new LifecycleRule
                {
                    RulePriority = 3,
                    Description = "The newest versions stay",
                    TagStatus = TagStatus.ANY,
                    MaxImageCount = KeptImages,
                },
            ],
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        // This version of the CDK's library has no property for the exclusion.
        var repository = (CfnRepository)Repository.Node.DefaultChild!;
        repository.AddPropertyOverride("ImageTagMutability", "IMMUTABLE_WITH_EXCLUSION");
        repository.AddPropertyOverride(
            "ImageTagMutabilityExclusionFilters",
            new[]
            {
                new Dictionary<string, string>
                {
                    ["ImageTagMutabilityExclusionFilterType"] = "WILDCARD",
                    ["ImageTagMutabilityExclusionFilterValue"] = settings.Name,
                },
            });
    }

    /// <summary>The repository.</summary>
    public Repository Repository { get; }
}
