namespace Opportunities.AppHost;

/// <summary>What the dashboard offers to click on.</summary>
internal static class DevelopmentUrls
{
    /// <summary>Names the address of a service, and adds those of its pages.</summary>
    /// <param name="service">The service.</param>
    /// <param name="name">What its address is called.</param>
    /// <param name="pages">Its pages, and what they are called.</param>
    public static void WithNamedUrls(
        this IResourceBuilder<ProjectResource> service, string name, params ReadOnlySpan<(string Path, string Name)> pages)
    {
        service.WithUrlForEndpoint("http", url => url.DisplayText = name);
        foreach (var page in pages)
            service.WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = page.Path, DisplayText = page.Name });
    }
}
