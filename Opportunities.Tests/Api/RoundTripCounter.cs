using System.Net;
using System.Net.Sockets;

namespace Opportunities.Tests.Api;

/// <summary>Stands between a client and a server that answers what it is asked, and counts how often the client had to wait.</summary>
internal sealed class RoundTripCounter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly (string Host, int Port) _server;
    private readonly Task _serving;
    private int _count;

    public RoundTripCounter(string host, int port)
    {
        _server = (host, port);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Round trips of all connections so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            // What is asked after an answer begins a round trip; what is asked in more than one packet belongs to the same.
            var hasAnswered = true;
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), () =>
                    {
                        if (Interlocked.Exchange(ref hasAnswered, false)) Interlocked.Increment(ref _count);
                    }),
                    CopyAsync(server.GetStream(), client.GetStream(), () => Volatile.Write(ref hasAnswered, true)));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the ends is gone.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Action seen)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, _stop.Token)) > 0)
            {
                seen();
                await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the ends is gone.
        }
    }
}
