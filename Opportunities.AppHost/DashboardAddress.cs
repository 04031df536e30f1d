namespace Opportunities.AppHost;

/// <summary>Where the dashboard and what it asks listen: the launch profile says so.</summary>
internal static class DashboardAddress
{
    private static readonly string[] _settings =
    [
        "ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL",
        "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
    ];

    public static IEnumerable<Uri> All(IConfiguration configuration) => _settings
        .SelectMany(setting => configuration[setting]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        .Select(address => new Uri(address));

    /// <summary>Makes sure that nobody has the ports: the dashboard would listen beside another program, IPv4 beside IPv6.</summary>
    /// <exception cref="LocalServerException">Another program listens there.</exception>
    public static void ThrowIfTaken(IConfiguration configuration)
    {
        foreach (var port in All(configuration).Select(address => address.Port).Where(port => port != 0))
            ListenPort.Exactly(port).Choose("the dashboard");
    }
}
