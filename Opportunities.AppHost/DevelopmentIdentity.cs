namespace Opportunities.AppHost;

/// <summary>The development token issuer, which stands where Amazon Cognito stands when deployed.</summary>
internal static class DevelopmentIdentity
{
    /// <summary>The parameter that holds the secret of every client.</summary>
    public const string ClientSecret = "client-secret";

    /// <summary>Adds the issuer, under the address that its tokens name.</summary>
    /// <param name="folder">Keeps the signing key: a token in a developer's shell stays good when the system is started again.</param>
    /// <param name="secret">What every client shows to get a token.</param>
    public static IResourceBuilder<ProjectResource> AddDevelopmentIdentity(
        this IDistributedApplicationBuilder builder, RunFolder folder, IResourceBuilder<ParameterResource> secret)
    {
        var identity = builder.AddProject<Projects.Opportunities_Identity>(ResourceNames.Identity)
            .WithIconName("PersonKey")
            .WithUsualPort(UsualPort.Identity, folder)
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Identity__ClientSecret", secret)
            .WithEnvironment("Identity__SigningKeyPath", folder.PathOf("identity/signing-key.pem"));
        return identity.WithEnvironment("Identity__Issuer", identity.GetEndpoint("http"));
    }
}
