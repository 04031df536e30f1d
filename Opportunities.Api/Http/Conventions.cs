namespace Opportunities.Api.Http;

/// <summary>What holds for every request and answer: one form, an id, the headers.</summary>
internal static class Conventions
{
    public static void AddConventions(this IServiceCollection services) =>
        services.AddHsts(static hsts => hsts.MaxAge = TimeSpan.FromDays(365)).AddSingleton<ResponseHeaders>();

    public static void UseConventions(this WebApplication app)
    {
        var headers = app.Services.GetRequiredService<ResponseHeaders>();
        app.Use(async (context, next) =>
        {
            MethodSupport.Normalize(context.Request);
            headers.Promise(context);
            using (RequestId.Begin(context, app.Logger)) await next(context);
        });
    }

    /// <summary>Refuses, in this order, a method (405), a representation (406) or a parameter (400) that is not taken.</summary>
    public static void UseRequestChecks(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint) return MethodSupport.CompleteAllowAsync(context, next);
        // A probe of health is answered whatever it sends.
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            Accept.EnsureAcceptable(context, endpoint);
            QueryCheck.EnsureValid(context, endpoint);
            // A write's are looked at after its body.
            if (HttpMethods.IsGet(context.Request.Method)) ETags.EnsureWellFormed(context.Request);
        }

        return next(context);
    });
}
