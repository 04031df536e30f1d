using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Opportunities.Api.Http;

/// <summary>Section <c>Cors</c>: the pages of other origins that may call the API from a browser. None by default.</summary>
internal sealed class CorsSettings : IValidatableObject
{
    public const string Section = "Cors";

    /// <summary>Exact origins, such as <c>https://sales.example.com</c>.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => AllowedOrigins
        .Where(origin => !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
        .Select(origin => new ValidationResult(
            $"{Section}:{nameof(AllowedOrigins)}: '{origin}' is not an origin such as https://sales.example.com."));
}

internal static class Cors
{
    public static void AddCorsAllowList(this IServiceCollection services)
    {
        services.AddOptions<CorsSettings>().BindConfiguration(CorsSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<CorsSettings>>((cors, settings) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(settings.Value.AllowedOrigins)
            .AllowAnyMethod()
            .WithHeaders("Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", RequestId.Header)
            .WithExposedHeaders(
                "ETag", "Location", "Retry-After", "Idempotency-Replayed", RequestId.Header, CallerQuota.PolicyHeader, CallerQuota.Header)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }
}
