#if !ASPIRE_HOSTING_AWS
namespace Opportunities.AppHost;

/// <summary>A development account's stack beside a local run, where the NuGet sources lack Aspire.Hosting.AWS (see the folder Aws).</summary>
internal static class DevelopmentAccount
{
    public static void AddDevelopmentAccount(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api)
    {
        _ = api;
        if (builder.Configuration["Aws:Stack"] is { Length: > 0 })
            throw new DistributedApplicationException("--Aws:Stack needs Aspire.Hosting.AWS, which the NuGet sources of this build lack.");
    }
}
#endif
