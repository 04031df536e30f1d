namespace Opportunities.ServiceDefaults;

/// <summary>The names of the system's own telemetry sources.</summary>
public static class TelemetryNames
{
    /// <summary>The meter of the business figures.</summary>
    public const string Meter = "Opportunities";

    /// <summary>The activity source of the system's own spans.</summary>
    public const string ActivitySource = "Opportunities";
}
