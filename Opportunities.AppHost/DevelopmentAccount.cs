namespace Opportunities.AppHost;

/// <summary>A development account beside a local run: its bucket, with all the rest of this machine.</summary>
internal static class DevelopmentAccount
{
    /// <summary>The setting that names the account's application stack: <c>--Aws:Stack=opportunity-management-service-dev</c>.</summary>
    public const string Setting = "Aws:Stack";

    /// <summary>Gives the API the account's bucket, where <see cref="Setting"/> asks for it.</summary>
    /// <exception cref="DistributedApplicationException">The NuGet sources of this build lack Aspire.Hosting.AWS.</exception>
    public static void AddDevelopmentAccount(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api)
    {
        if (builder.Configuration[Setting] is not { Length: > 0 } stack) return;
#if ASPIRE_HOSTING_AWS
        // In a method of its own: who does not ask for an account does not load the package.
        Aws.DevelopmentStacks.Add(builder, api, stack);
#else
        _ = (api, stack);
        throw new DistributedApplicationException("--Aws:Stack needs Aspire.Hosting.AWS, which the NuGet sources of this build lack.");
#endif
    }
}
