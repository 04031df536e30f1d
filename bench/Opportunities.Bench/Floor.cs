using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Opportunities.Bench;

/// <summary>
/// A floor: the server alone, with no host, routing, middleware or services over it. What it answers is the least that any
/// .NET service of this machine would have to do for the same answer.
/// </summary>
internal abstract class Floor : IHttpApplication<IFeatureCollection>
{
    /// <summary>Serves until the process is stopped.</summary>
    public static async Task RunAsync(string kind, int port, string source, string? issuer)
    {
        Floor floor = kind switch
        {
            "static" => new StaticFloor(await RedisFloor.ConnectAsync(source)),
            "redis" => new RedisFloor(await RedisFloor.ConnectAsync(source)),
            "redis-jwt" => new RedisFloor(await RedisFloor.ConnectAsync(source), await TokenCheck.OpenAsync(issuer!)),
            "raw" => await RawFloor.OpenAsync(source, issuer!),
            _ => throw new ArgumentException($"There is no floor {kind}.", nameof(kind)),
        };
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port);
        using var server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
        await server.StartAsync(floor, CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        var (status, body) = await AnswerAsync(request);
        response.StatusCode = status;
        if (body.IsEmpty) return;
        response.Headers.ContentType = "application/json; charset=utf-8";
        response.Headers.ContentLength = body.Length;
        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body);
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    protected abstract ValueTask<(int Status, ReadOnlyMemory<byte> Body)> AnswerAsync(IHttpRequestFeature request);
}
