namespace Opportunities.LocalHost;

/// <summary>Where the parts of a <see cref="LocalSystem"/> listen on 127.0.0.1.</summary>
public sealed record LocalSystemPorts
{
    /// <summary>The ports of the developer's own system.</summary>
    public static LocalSystemPorts Usual { get; } = new()
    {
        Api = ListenPort.Usually(5180),
        Identity = ListenPort.Usually(5181),
        Dashboard = ListenPort.Usually(18888),
        Telemetry = ListenPort.Usually(18889),
        Postgres = ListenPort.Usually(54320),
        Cache = ListenPort.Usually(63790),
    };

    /// <summary>Any free ports: for systems beside the developer's own.</summary>
    public static LocalSystemPorts Free { get; } = new();

    /// <summary>The HTTP API.</summary>
    public ListenPort Api { get; init; }

    /// <summary>The development token issuer.</summary>
    public ListenPort Identity { get; init; }

    /// <summary>The dashboard's pages.</summary>
    public ListenPort Dashboard { get; init; }

    /// <summary>Where the dashboard takes telemetry (OTLP over gRPC).</summary>
    public ListenPort Telemetry { get; init; }

    /// <summary>The PostgreSQL server.</summary>
    public ListenPort Postgres { get; init; }

    /// <summary>The Redis server.</summary>
    public ListenPort Cache { get; init; }
}
