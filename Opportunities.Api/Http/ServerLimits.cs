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
        });
        // Under the 20 s in which a stop must be over; what is being served gets its answer.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
    }
}
