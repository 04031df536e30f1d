using Microsoft.Extensions.DependencyInjection;

namespace Opportunities.AppHost;

/// <summary>The HTTPS certificate of a developer's machine, where there is one.</summary>
internal static class DevelopmentCertificate
{
    /// <summary>
    /// Without a trusted certificate nothing of the system speaks HTTPS, and nothing warns of that: who asks for HTTPS is told how to
    /// get one.
    /// </summary>
    /// <param name="builder">The application model.</param>
    public static void AddDevelopmentCertificate(this IDistributedApplicationBuilder builder) => builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
    {
        if (!start.Services.GetRequiredService<IDeveloperCertificateService>().Certificates.IsEmpty)
            return Task.CompletedTask;

        if (DashboardAddress.All(builder.Configuration).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttps) is { } address)
        {
            throw new DistributedApplicationException(
                $"There is no trusted HTTPS development certificate for {address.GetLeftPart(UriPartial.Authority)}: "
                + "make one with `dotnet dev-certs https --trust`, or start with `--launch-profile http`.");
        }

        foreach (var project in start.Model.Resources.OfType<ProjectResource>())
            builder.CreateResourceBuilder(project).WithoutHttpsCertificate();
        return Task.CompletedTask;
    });
}
