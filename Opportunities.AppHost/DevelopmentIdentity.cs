using Opportunities.ServiceDefaults;

namespace Opportunities.AppHost;

/// <summary>The development token issuer, which stands where Amazon Cognito stands when deployed.</summary>
internal static class DevelopmentIdentity
{
    /// <summary>Adds the issuer, under the address that its tokens name.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="folder">Keeps the signing key: a token in a developer's shell stays good when the system is started again.</param>
    public static IResourceBuilder<ProjectResource> AddDevelopmentIdentity(this IDistributedApplicationBuilder builder, RunFolder folder)
    {
        var identity = builder.AddProject<Projects.Opportunities_Identity>(ResourceNames.Identity)
            .WithUsualPort(UsualPort.Identity, folder)
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Identity__SigningKeyPath", folder.PathOf("identity/signing-key.pem"));
        return identity.WithEnvironment("Identity__Issuer", identity.GetEndpoint("http"));
    }
}
