using Aspire.Hosting.AWS.Deployment;
using Aspire.Hosting.AWS.Deployment.CDKDefaults;
using Aspire.Hosting.AWS.Deployment.CDKPublishTargets;
using Constructs;
using Microsoft.Extensions.Logging;
using Opportunities.Infrastructure;

namespace Opportunities.AppHost;

/// <summary>Says that the stacks of Opportunities.Infrastructure already define what a resource becomes in AWS.</summary>
/// <param name="find">Finds it there.</param>
internal sealed class StackPartAnnotation(Func<OpportunitiesStacks, Construct> find) : IAWSPublishTargetAnnotation
{
    /// <summary>Finds the part of the stacks that the resource becomes.</summary>
    public Func<OpportunitiesStacks, Construct> Find => find;
}

/// <summary>
/// Publishes a resource as a part that the stacks have anyway. The package's own targets would define a second service, without the load
/// balancer's certificate, roles, alarms and secrets of the first.
/// </summary>
/// <param name="stacks">The stacks.</param>
/// <param name="logger">Where the package's base class logs to.</param>
internal sealed class StackPartTarget(PublishedStacks stacks, ILogger<StackPartTarget> logger) : AbstractAWSPublishTarget(logger)
{
    /// <inheritdoc/>
    public override string PublishTargetName => "part of the stacks";

    /// <inheritdoc/>
    public override Type PublishTargetAnnotation => typeof(StackPartAnnotation);

    /// <inheritdoc/>
    public override Task GenerateConstructAsync(
        AWSCDKEnvironmentResource environment, IResource resource, IAWSPublishTargetAnnotation publishAnnotation, CancellationToken cancellationToken)
    {
        // The environment creates its stack when it is first asked for it, and this is the way to ask.
        _ = CreatePublishTargetContext(environment);
        // Not the base class's ApplyAWSLinkedObjectsAnnotation: it would add dependencies to the templates, which have their own.
        resource.Annotations.Add(new AWSLinkedObjectsAnnotation
        {
            EnvironmentResource = environment,
            Resource = resource,
            Construct = ((StackPartAnnotation)publishAnnotation).Find(stacks.Created),
            PublishTarget = this,
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ReferenceConnectionInfo GetReferenceConnectionInfo(AWSLinkedObjectsAnnotation linkedAnnotation) => new();

    /// <inheritdoc/>
    public override IsDefaultPublishTargetMatchResult IsDefaultPublishTargetMatch(CDKDefaultsProvider cdkDefaultsProvider, IResource resource) =>
        IsDefaultPublishTargetMatchResult.NO_MATCH;
}
