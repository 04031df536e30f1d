namespace Opportunities.AppHost;

/// <summary>What the dashboard offers to click on.</summary>
internal static class ApiUrls
{
    private static readonly string[] _endpoints = ["http", "https"];

    /// <summary>Shows the API reference beside the plain address of the API.</summary>
    /// <param name="api">The API.</param>
    public static IResourceBuilder<ProjectResource> WithApiReferenceUrl(this IResourceBuilder<ProjectResource> api) =>
        api.WithUrls(context =>
        {
            if (_endpoints.Select(context.GetEndpoint).LastOrDefault(endpoint => endpoint is { Exists: true }) is { } endpoint)
                context.Urls.Add(new ResourceUrlAnnotation { Url = "/docs", DisplayText = "API reference", Endpoint = endpoint });
        });
}
