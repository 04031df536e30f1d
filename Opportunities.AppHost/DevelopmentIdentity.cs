using Opportunities.ServiceDefaults;

namespace Opportunities.AppHost;

/// <summary>The development token issuer, which stands where Amazon Cognito stands when deployed.</summary>
internal static class DevelopmentIdentity
{
    /// <summary>Adds the issuer under the address that its tokens name.</summary>
    /// <param name="builder">The application model.</param>
    public static IResourceBuilder<ProjectResource> AddDevelopmentIdentity(this IDistributedApplicationBuilder builder)
    {
        var identity = builder.AddProject<Projects.Opportunities_Identity>(ResourceNames.Identity)
            .WithHttpHealthCheck("/health");
        identity.WithEnvironment("Identity__Issuer", identity.GetEndpoint("http"));

        // A token in a developer's shell stays good when the system is started again.
        if (builder.KeepsData())
            identity.WithEnvironment("Identity__SigningKeyPath", builder.LocalPath("identity-signing-key.pem"));
        return identity;
    }
}
