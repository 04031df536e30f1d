using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Opportunities.Api.Http;

/// <summary>What the server itself refuses, and how it stops.</summary>
internal static class ServerLimits
{
    /// <summary>The largest body that an operation takes, in bytes, unless it says otherwise.</summary>
    public const int MaxBodySize = 1 << 20;

    public static void ConfigureServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodySize;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
            // Above what any load balancer opens; without, clients could take the files that the connections to the database need.
            kestrel.Limits.MaxConcurrentConnections = 16_384;
        });
        // Under the 20 s in which a stop must be over, draining included; what is being served gets its answer.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(18));
        builder.Services.AddOptions<ShutdownOptions>().BindConfiguration(ShutdownOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<Draining>());
    }
}
