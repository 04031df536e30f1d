using Opportunities.Api.Input;
using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Http;

/// <summary>Refuses query parameters (400) where the operation takes none; the others check their own.</summary>
internal static class QueryCheck
{
    public static void UseQueryCheck(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (context.Request.QueryString.HasValue && context.GetEndpoint()?.Metadata.GetMetadata<QueryDescription>() is { Members: [] })
            new QueryInput(context.Request.Query).ThrowIfInvalid();
        return next(context);
    });
}
