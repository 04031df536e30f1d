using System.Globalization;

namespace Opportunities.AppHost.Aws;

/// <summary>The stacks of a development account as resources of the dashboard, and their outputs as settings of the API.</summary>
internal static class DevelopmentStacks
{
    /// <summary>What the API takes from the account: the setting, the stack, the stack's output.</summary>
    private static readonly (string Setting, string Stack, string Output)[] _settings =
    [
        ("Authentication__Issuer", "account", "Issuer"),
        ("Authentication__AllowedAudiences__0", "account", "MachineClientId"),
        ("Authentication__AllowedAudiences__1", "account", "LimitedClientId"),
        ("Authentication__AllowedAudiences__2", "account", "UsersClientId"),
        ("Attachments__Bucket", "state", "AttachmentsBucket"),
        ("Events__QueueUrl", "state", "EventsQueueUrl"),
    ];

    /// <summary>Adds the stacks that stand under the application's: the account's and the state's.</summary>
    /// <param name="builder">The application model; <c>Aws:Profile</c> and <c>Aws:Region</c> say with whose credentials and where.</param>
    /// <param name="api">The API.</param>
    /// <param name="application">The name of the application stack, which the names of the two begin with.</param>
    public static void Add(IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, string application)
    {
        var sdk = builder.AddAWSSDKConfig();
        if (builder.Configuration["Aws:Profile"] is { Length: > 0 } profile)
            sdk.WithProfile(profile);
        if (builder.Configuration["Aws:Region"] is { Length: > 0 } region)
            sdk.WithRegion(region);

        api.WithReference(sdk);
        foreach (var settings in _settings.GroupBy(setting => setting.Stack))
        {
            var stack = builder.AddAWSCloudFormationStack($"aws-{settings.Key}", $"{application}-{settings.Key}").WithReference(sdk);
            // No WaitFor: it would wait for ever for a stack that cannot be read. The outputs are waited for, and fail with the stack.
            api.WithReferenceRelationship(stack);
            foreach (var (setting, _, output) in settings)
                api.WithEnvironment(setting, stack.GetOutput(output));
        }

        api.WithEnvironment(static context =>
        {
            // A bucket and a directory exclude each other.
            context.EnvironmentVariables.Remove("Attachments__Directory");
            // Others' files are in the bucket, too, which this database does not know: none of them is abandoned.
            context.EnvironmentVariables["Attachments__OrphanAge"] = TimeSpan.FromDays(36_500).ToString("c", CultureInfo.InvariantCulture);
        });
    }
}
