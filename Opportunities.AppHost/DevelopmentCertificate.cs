namespace Opportunities.AppHost;

/// <summary>The HTTPS certificate of a developer's machine, where there is one.</summary>
internal static class DevelopmentCertificate
{
    /// <summary>
    /// Without a trusted certificate nothing of the system speaks HTTPS, and nothing warns of that: who asks for HTTPS is told how to
    /// get one. Call it before the application runs: its dashboard would end in an error of the web server.
    /// </summary>
    /// <exception cref="DistributedApplicationException">The dashboard is asked to speak HTTPS, and there is no certificate.</exception>
    public static void UseDevelopmentCertificate(this IDistributedApplicationBuilder builder, IServiceProvider services)
    {
        if (!services.GetRequiredService<IDeveloperCertificateService>().Certificates.IsEmpty) return;

        if (DashboardAddress.All(builder.Configuration).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttps) is { } address)
        {
            throw new DistributedApplicationException(
                $"There is no trusted HTTPS development certificate for {address.GetLeftPart(UriPartial.Authority)}: "
                + "make one with `dotnet dev-certs https --trust`, or start with `--launch-profile http`.");
        }

        foreach (var project in builder.Resources.OfType<ProjectResource>())
            builder.CreateResourceBuilder(project).WithoutHttpsCertificate();
    }
}
