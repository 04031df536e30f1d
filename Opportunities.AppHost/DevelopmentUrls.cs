namespace Opportunities.AppHost;

/// <summary>What the dashboard offers to click on.</summary>
internal static class DevelopmentUrls
{
    /// <summary>Names the addresses of the services, and adds those of their pages.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="api">The API.</param>
    /// <param name="identity">The token issuer.</param>
    public static void AddDevelopmentUrls(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> identity)
    {
        _ = builder;
        api.WithPages("API", ("/docs", "API reference"), ("/openapi/v1.json", "OpenAPI document"), ("/health/detailed", "Health"));
        identity.WithPages("Token issuer", ("/.well-known/openid-configuration", "Discovery"));
    }

    private static void WithPages(this IResourceBuilder<ProjectResource> service, string name, params (string Path, string Name)[] pages) =>
        service.WithUrls(context =>
        {
            foreach (var url in context.Urls)
                url.DisplayText = name;
            if (context.Urls.LastOrDefault(url => url.Endpoint is not null)?.Endpoint is not { } endpoint)
                return;
            foreach (var page in pages)
                context.Urls.Add(new ResourceUrlAnnotation { Url = page.Path, DisplayText = page.Name, Endpoint = endpoint });
        });
}
