using System.Globalization;

namespace Opportunities.AppHost.Aws;

/// <summary>The state stack of a development account as a resource of the dashboard, and its bucket as the API's.</summary>
internal static class DevelopmentStacks
{
    public const string Name = "aws-state";

    /// <summary>Adds the stack, and gives the API its bucket.</summary>
    /// <param name="builder">The application model; <c>Aws:Profile</c> and <c>Aws:Region</c> say with whose credentials and where.</param>
    /// <param name="application">The name of the application stack, which the state stack's name begins with.</param>
    public static void Add(IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, string application)
    {
        var sdk = builder.AddAWSSDKConfig();
        if (builder.Configuration["Aws:Profile"] is { Length: > 0 } profile) sdk.WithProfile(profile);
        if (builder.Configuration["Aws:Region"] is { Length: > 0 } region) sdk.WithRegion(region);

        var stack = builder.AddAWSCloudFormationStack(Name, $"{application}-state").WithReference(sdk);
        // No WaitFor: it would wait for ever for a stack that cannot be read. The output is waited for, and fails with the stack.
        api.WithReference(sdk)
            .WithReferenceRelationship(stack)
            .WithEnvironment("Attachments__Bucket", stack.GetOutput("AttachmentsBucket"))
            .WithEnvironment(static context =>
            {
                // A bucket and a directory exclude each other.
                context.EnvironmentVariables.Remove("Attachments__Directory");
                // Others' files are in the bucket, too, which this database does not know: none of them is abandoned.
                context.EnvironmentVariables["Attachments__OrphanAge"] = TimeSpan.FromDays(36_500)
                    .ToString("c", CultureInfo.InvariantCulture);
            });
    }
}
