using Opportunities.ServiceDefaults;

namespace Opportunities.LocalHost;

/// <summary>The configuration that services are given by environment variables: the same names as under Aspire.</summary>
internal static class ServiceEnvironment
{
    /// <summary>What every service gets.</summary>
    /// <param name="name">The resource.</param>
    /// <param name="telemetry">Where the dashboard takes telemetry; null where there is none.</param>
    public static Dictionary<string, string?> Common(string name, Uri? telemetry)
    {
        var variables = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            // The launch profile of the host is not the service's.
            ["DOTNET_LAUNCH_PROFILE"] = null,
            ["ASPNETCORE_URLS"] = null,
        };
        if (telemetry is not null)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Text();
            variables["OTEL_SERVICE_NAME"] = name;
            // Seen while one looks, as with Aspire, instead of up to a minute later.
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        }
        return variables;
    }

    /// <summary>What the migrations get.</summary>
    public static Dictionary<string, string?> Migrations(string database) => new()
    {
        [$"ConnectionStrings__{ResourceNames.Database}"] = database,
    };

    /// <summary>What the issuer gets.</summary>
    public static Dictionary<string, string?> Identity(Uri issuer, string dataDirectory) => new()
    {
        ["Identity__Issuer"] = issuer.Text(),
        ["Identity__SigningKeyPath"] = Path.GetFullPath(Path.Combine(dataDirectory, "identity", "signing-key.pem")),
    };

    /// <summary>What the API gets.</summary>
    public static Dictionary<string, string?> Api(string database, string cache, Uri issuer, string dataDirectory) => new()
    {
        [$"ConnectionStrings__{ResourceNames.Database}"] = database,
        [$"ConnectionStrings__{ResourceNames.Cache}"] = cache,
        ["Authentication__Issuer"] = issuer.Text(),
        [$"services__{ResourceNames.Identity}__http__0"] = issuer.Text(),
        ["Attachments__Directory"] = Path.GetFullPath(Path.Combine(dataDirectory, "attachments")),
    };
}
