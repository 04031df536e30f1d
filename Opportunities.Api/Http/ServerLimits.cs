using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Opportunities.Api.Http;

/// <summary>What the server itself refuses, and how it stops.</summary>
internal static class ServerLimits
{
    /// <summary>The largest body that an operation takes, in bytes, unless it says otherwise.</summary>
    public const int MaxBodySize = 1 << 20;

    /// <summary>
    /// Ephemeral keys and authenticated encryption only, without the CBC suites that .NET offers besides; for which connections
    /// are not resumed. Windows decides for the whole machine. (Deployed, the load balancer ends TLS.)
    /// </summary>
    private static readonly CipherSuitesPolicy? _cipherSuites = OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ]);

    public static void ConfigureServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodySize;
            kestrel.Limits.RequestHeadersTimeout = TimeLimits.RequestHeaders;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
            // Above what any load balancer opens; without, clients could take the files that the connections to the database need.
            kestrel.Limits.MaxConcurrentConnections = 16_384;
            kestrel.ConfigureHttpsDefaults(static https =>
            {
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                if (_cipherSuites is not null) https.OnAuthenticate = static (_, tls) => tls.CipherSuitesPolicy = _cipherSuites;
            });
        });
        // Under the 20 s in which a stop must be over, draining included; what is being served gets its answer.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(18));
        builder.Services.AddOptions<ShutdownOptions>()
            .BindConfiguration(ShutdownOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<Draining>());
    }
}
