using Amazon;
using Aspire.Hosting.AWS.Deployment;
using Aspire.Hosting.AWS.Deployment.CDKPublishTargets;
using Aspire.Hosting.Pipelines;
using Constructs;
using Microsoft.Extensions.DependencyInjection;
using Opportunities.Infrastructure;

namespace Opportunities.AppHost;

/// <summary>What <c>aspire publish</c> and <c>aspire deploy</c> make of the application: the stacks of Opportunities.Infrastructure.</summary>
internal static class AwsDeployment
{
    /// <summary>The name of the AWS environment in the application model, and in the names of the pipeline's steps.</summary>
    public const string Name = "aws";

    /// <summary>Adds the environment whose stacks are those that <c>cdk deploy --all</c> deploys.</summary>
    /// <param name="builder">The application model.</param>
    /// <exception cref="SettingsException">The environment is unknown, or a value cannot be used.</exception>
    public static void AddAwsDeployment(this IDistributedApplicationBuilder builder)
    {
        var stacks = PublishedStacks.Read(builder.Configuration);
        CdkCommandLine.Prepare(builder.AppHostDirectory);

        builder.Services.AddSingleton(stacks);
        builder.Services.AddTransient<IAWSPublishTarget, StackPartTarget>();
        // Aspire's stack properties have the account of the credentials at hand; the settings say which one is meant.
        builder.AddAWSCDKEnvironment(Name, CDKDefaultsProviderFactory.Preview_V1, (app, _) => stacks.Create(app), new AWSCDKEnvironmentResourceConfig
        {
            AWSSDKConfig = builder.AddAWSSDKConfig().WithRegion(RegionEndpoint.GetBySystemName(stacks.Settings.Region)),
        });
        builder.AddPublishGuard(Name);
    }

    /// <summary>Names the part of the stacks that a resource becomes, so that nothing is defined for it a second time.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="find">Finds the part.</param>
    public static void PublishAsPart<T>(this IResourceBuilder<T> resource, Func<OpportunitiesStacks, Construct> find)
        where T : IResource
    {
        resource.WithAnnotation(new StackPartAnnotation(find));
        // The stacks take their image from the registry, where a release has pushed it; Aspire would build one for each project.
        foreach (var step in resource.Resource.Annotations.OfType<PipelineStepAnnotation>().ToArray())
            resource.Resource.Annotations.Remove(step);
    }
}
