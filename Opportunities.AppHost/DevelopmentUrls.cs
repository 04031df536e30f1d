namespace Opportunities.AppHost;

/// <summary>What the dashboard offers to click on.</summary>
internal static class DevelopmentUrls
{
    /// <summary>Names the address of a service, and adds those of its pages.</summary>
    public static void WithNamedUrls(
        this IResourceBuilder<ProjectResource> service, string name, params ReadOnlySpan<(string Path, string Name)> pages)
    {
        service.WithUrlForEndpoint("http", url => url.DisplayText = name);
        foreach (var page in pages)
            service.WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = page.Path, DisplayText = page.Name });
    }
}
